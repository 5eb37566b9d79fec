package io.pipedeck.config;

import io.pipedeck.config.ConfigException.Mistake;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration. Flags count more than the environment, the environment more than {@code
 * .env} (working directory, then data folder), that more than {@code pipedeck.properties} (data
 * folder, then working directory), and all of them more than the defaults. A blank value counts as
 * not given.
 */
public final class ConfigLoader {
  private static final long MIB = 1024 * 1024;

  private final Values values;
  private final ConfigSources sources;

  private ConfigLoader(Values values, ConfigSources sources) {
    this.values = values;
    this.sources = sources;
  }

  /**
   * The configuration that these sources give.
   *
   * @throws ConfigException with every mistake there is
   */
  public static Config load(ConfigSources sources) {
    return load(sources, Map.of());
  }

  /**
   * The same for a command that has defaults of its own.
   *
   * @param presets those defaults by key; they count more than the table's and less than all that
   *     the user said
   * @throws ConfigException with every mistake there is
   */
  public static Config load(ConfigSources sources, Map<String, String> presets) {
    Layers layers = Layers.read(sources, presets);
    var values = new Values(layers);
    List<Mistake> mistakes = new ArrayList<>(layers.mistakes());
    Set<Setting<?>> wrong = new HashSet<>();
    for (Setting<?> setting : Settings.all()) {
      values
          .mistake(setting)
          .ifPresent(
              mistake -> {
                wrong.add(setting);
                mistakes.add(mistake);
              });
    }
    CrossChecks.mistakes(values, wrong).forEach(mistakes::add);
    if (!mistakes.isEmpty()) {
      throw new ConfigException(mistakes);
    }
    return new ConfigLoader(values, sources).config();
  }

  private Config config() {
    return new Config(
        sources.home(),
        http(),
        database(),
        new MirrorConfig(values.find(Settings.MIRROR_DATABASE_URL).orElse(null)),
        redis(),
        queue(),
        worker(),
        retention(),
        document(),
        parse(),
        embed(),
        security(),
        spool(),
        rq());
  }

  private HttpConfig http() {
    return new HttpConfig(
        values.get(Settings.HOST),
        values.get(Settings.PORT),
        values.get(Settings.MAX_UPLOAD_MB) * MIB,
        path(Settings.TLS_CERT),
        path(Settings.TLS_KEY));
  }

  private DatabaseConfig database() {
    return new DatabaseConfig(
        values.find(Settings.DATABASE_URL).orElse(null),
        values.get(Settings.DATABASE_POOL_MIN),
        values.get(Settings.DATABASE_POOL_MAX));
  }

  private RedisConfig redis() {
    return new RedisConfig(
        values.find(Settings.REDIS_URL).orElse(null), values.get(Settings.REDIS_BUDGET_MB) * MIB);
  }

  private QueueConfig queue() {
    return new QueueConfig(
        values.get(Settings.QUEUE_BACKEND),
        values.get(Settings.QUEUE_MODE),
        values.find(Settings.REALM_SHARES).orElse(Map.of()),
        values.find(Settings.REALM_LIMITS).orElse(Map.of()));
  }

  private WorkerConfig worker() {
    return new WorkerConfig(
        values.get(Settings.WORKER_QUEUES),
        values.get(Settings.WORKER_CONCURRENCY),
        timeouts(),
        values.get(Settings.WORKER_DEFAULT_TIMEOUT),
        values.get(Settings.WORKER_RETRY_DELAYS),
        values.get(Settings.WORKER_LEASE),
        values.get(Settings.WORKER_LEASE_RENEWAL),
        values.get(Settings.WORKER_DRAIN));
  }

  private Map<String, Duration> timeouts() {
    Map<String, Duration> timeouts =
        new HashMap<>(Settings.WORKER_TIMEOUTS.presetValue().orElseThrow());
    timeouts.putAll(values.get(Settings.WORKER_TIMEOUTS));
    return timeouts;
  }

  private RetentionConfig retention() {
    return new RetentionConfig(
        values.get(Settings.RETENTION_DAYS),
        values.get(Settings.RETENTION_FOREIGN),
        values.get(Settings.ARCHIVE_DAYS));
  }

  private DocumentConfig document() {
    Path folder = path(Settings.DOCUMENT_DIR);
    return new DocumentConfig(
        values.get(Settings.DOCUMENT_STORE),
        folder == null ? sources.home().resolve("documents") : folder,
        values.get(Settings.DOCUMENT_DIR_SHARED),
        values.get(Settings.DOCUMENT_SMALL_KB) * 1024,
        values.get(Settings.STAGE_CACHE),
        values.get(Settings.STAGE_CACHE_MB) * MIB);
  }

  private ParseConfig parse() {
    return new ParseConfig(
        values.get(Settings.PARSE_PROCESSES),
        values.get(Settings.PARSE_HEAP_MB),
        values.get(Settings.PARSE_DEADLINE),
        values.get(Settings.PARSE_MAX_TEXT_CHARS),
        values.get(Settings.PARSE_MAX_UNPACKED_MB),
        values.get(Settings.PARSE_RECYCLE_AFTER),
        values.get(Settings.PARSE_MAX_RATIO),
        values.get(Settings.PARSE_MAX_NESTING),
        new OcrConfig(
            values.get(Settings.OCR_LANGUAGES),
            values.get(Settings.OCR_COMMAND),
            values.get(Settings.OCR_PAGE_DEADLINE),
            values.get(Settings.OCR_MAX_PAGES)));
  }

  private EmbedConfig embed() {
    String chat = values.get(Settings.OPENAI_CHAT_MODEL);
    return new EmbedConfig(
        path(Settings.EMBED_MODEL_DIR),
        values.find(Settings.OPENAI_API_KEY).orElse(null),
        values.get(Settings.OPENAI_BASE_URL),
        values.get(Settings.OPENAI_EMBEDDING_MODEL),
        chat.equals("none") ? null : chat);
  }

  private SpoolConfig spool() {
    return new SpoolConfig(
        values.find(Settings.SPOOL).orElse(null), values.get(Settings.SPOOL_MAX_MB) * MIB);
  }

  private SecurityConfig security() {
    return new SecurityConfig(
        values.find(Settings.PIPELINE_TOKEN).orElse(null),
        values.get(Settings.INSECURE),
        values.find(Settings.SECRETS_KEY).orElse(null));
  }

  private RqConfig rq() {
    return new RqConfig(
        values.get(Settings.RQ_DOCUMENT_FOLDERS).stream()
            .map(folder -> sources.workingDirectory().resolve(folder).normalize())
            .toList(),
        values.get(Settings.RQ_FUNCTION_NAMES),
        values.get(Settings.RQ_SHARED_QUEUES));
  }

  private @Nullable Path path(Setting<Path> setting) {
    return values
        .find(setting)
        .map(path -> sources.workingDirectory().resolve(path).normalize())
        .orElse(null);
  }
}
