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
        new MirrorConfig(values.find(StoreSettings.MIRROR_DATABASE_URL).orElse(null)),
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
        values.get(HttpSettings.HOST),
        values.get(HttpSettings.PORT),
        values.get(HttpSettings.MAX_UPLOAD_MB) * MIB,
        path(HttpSettings.TLS_CERT),
        path(HttpSettings.TLS_KEY));
  }

  private DatabaseConfig database() {
    return new DatabaseConfig(
        values.find(StoreSettings.DATABASE_URL).orElse(null),
        values.get(StoreSettings.DATABASE_POOL_MIN),
        values.get(StoreSettings.DATABASE_POOL_MAX));
  }

  private RedisConfig redis() {
    return new RedisConfig(
        values.find(StoreSettings.REDIS_URL).orElse(null),
        values.get(StoreSettings.REDIS_BUDGET_MB) * MIB);
  }

  private QueueConfig queue() {
    return new QueueConfig(
        values.get(QueueSettings.QUEUE_BACKEND),
        values.get(QueueSettings.QUEUE_MODE),
        values.find(QueueSettings.REALM_SHARES).orElse(Map.of()),
        values.find(QueueSettings.REALM_LIMITS).orElse(Map.of()));
  }

  private WorkerConfig worker() {
    return new WorkerConfig(
        values.get(WorkerSettings.WORKER_QUEUES),
        values.get(WorkerSettings.WORKER_CONCURRENCY),
        timeouts(),
        values.get(WorkerSettings.WORKER_DEFAULT_TIMEOUT),
        values.get(WorkerSettings.WORKER_RETRY_DELAYS),
        values.get(WorkerSettings.WORKER_LEASE),
        values.get(WorkerSettings.WORKER_LEASE_RENEWAL),
        values.get(WorkerSettings.WORKER_DRAIN));
  }

  private Map<String, Duration> timeouts() {
    Map<String, Duration> timeouts =
        new HashMap<>(WorkerSettings.WORKER_TIMEOUTS.presetValue().orElseThrow());
    timeouts.putAll(values.get(WorkerSettings.WORKER_TIMEOUTS));
    return timeouts;
  }

  private RetentionConfig retention() {
    return new RetentionConfig(
        values.get(RetentionSettings.RETENTION_DAYS),
        values.get(RetentionSettings.RETENTION_FOREIGN),
        values.get(RetentionSettings.ARCHIVE_DAYS));
  }

  private DocumentConfig document() {
    Path folder = path(DocumentSettings.DOCUMENT_DIR);
    return new DocumentConfig(
        values.get(DocumentSettings.DOCUMENT_STORE),
        folder == null ? sources.home().resolve("documents") : folder,
        values.get(DocumentSettings.DOCUMENT_DIR_SHARED),
        values.get(DocumentSettings.DOCUMENT_SMALL_KB) * 1024,
        values.get(DocumentSettings.STAGE_CACHE),
        values.get(DocumentSettings.STAGE_CACHE_MB) * MIB);
  }

  private ParseConfig parse() {
    return new ParseConfig(
        values.get(ParseSettings.PARSE_PROCESSES),
        values.get(ParseSettings.PARSE_HEAP_MB),
        values.get(ParseSettings.PARSE_DEADLINE),
        values.get(ParseSettings.PARSE_MAX_TEXT_CHARS),
        values.get(ParseSettings.PARSE_MAX_UNPACKED_MB),
        values.get(ParseSettings.PARSE_RECYCLE_AFTER),
        values.get(ParseSettings.PARSE_MAX_RATIO),
        values.get(ParseSettings.PARSE_MAX_NESTING),
        new OcrConfig(
            values.get(ParseSettings.OCR_LANGUAGES),
            values.get(ParseSettings.OCR_COMMAND),
            values.get(ParseSettings.OCR_PAGE_DEADLINE),
            values.get(ParseSettings.OCR_MAX_PAGES)));
  }

  private EmbedConfig embed() {
    String chat = values.get(EmbedSettings.OPENAI_CHAT_MODEL);
    return new EmbedConfig(
        path(EmbedSettings.EMBED_MODEL_DIR),
        values.find(EmbedSettings.OPENAI_API_KEY).orElse(null),
        values.get(EmbedSettings.OPENAI_BASE_URL),
        values.get(EmbedSettings.OPENAI_EMBEDDING_MODEL),
        chat.equals("none") ? null : chat);
  }

  private SpoolConfig spool() {
    return new SpoolConfig(
        values.find(SpoolSettings.SPOOL).orElse(null),
        values.get(SpoolSettings.SPOOL_MAX_MB) * MIB);
  }

  private SecurityConfig security() {
    return new SecurityConfig(
        values.find(SecuritySettings.PIPELINE_TOKEN).orElse(null),
        values.get(SecuritySettings.INSECURE),
        values.find(SecuritySettings.SECRETS_KEY).orElse(null));
  }

  private RqConfig rq() {
    return new RqConfig(
        values.get(RqSettings.RQ_DOCUMENT_FOLDERS).stream()
            .map(folder -> sources.workingDirectory().resolve(folder).normalize())
            .toList(),
        values.get(RqSettings.RQ_FUNCTION_NAMES),
        values.get(RqSettings.RQ_SHARED_QUEUES));
  }

  private @Nullable Path path(Setting<Path> setting) {
    return values
        .find(setting)
        .map(path -> sources.workingDirectory().resolve(path).normalize())
        .orElse(null);
  }
}
