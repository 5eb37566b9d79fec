package io.pipedeck.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipedeck.config.ConfigException.Mistake;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {
  @TempDir private Path temp;
  private Path work;
  private Path home;

  @BeforeEach
  void folders() throws IOException {
    work = Files.createDirectory(temp.resolve("wörk space"));
    home = Files.createDirectory(temp.resolve("home"));
  }

  @Test
  void withoutAnythingTheDefaultsCount() {
    Config config = load(Map.of());
    int cores = Runtime.getRuntime().availableProcessors();
    var minutes = Map.of("urgent", minutes(10), "default", minutes(30), "slow", minutes(60));

    assertThat(config)
        .isEqualTo(
            new Config(
                home,
                new HttpConfig("127.0.0.1", 10000, 512L * 1024 * 1024, null, null),
                new DatabaseConfig(null, 2, 10),
                new MirrorConfig(null),
                new RedisConfig(null, 512L * 1024 * 1024),
                new QueueConfig(
                    QueueConfig.Backend.REDIS, QueueConfig.Mode.QUEUED, Map.of(), Map.of()),
                new WorkerConfig(
                    List.of("urgent", "default", "slow"),
                    cores,
                    minutes,
                    minutes(30),
                    List.of(seconds(10), seconds(30), seconds(60)),
                    seconds(30),
                    seconds(10),
                    seconds(30)),
                new RetentionConfig(30, false, 0),
                new DocumentConfig(
                    DocumentConfig.Store.LOCAL,
                    home.resolve("documents"),
                    false,
                    64 * 1024,
                    Duration.ofDays(1),
                    1024L * 1024 * 1024),
                new ParseConfig(
                    cores,
                    256,
                    minutes(2),
                    20_000_000,
                    1024,
                    200,
                    200,
                    4,
                    new OcrConfig(List.of("eng", "deu"), "tesseract", minutes(1), 500)),
                new EmbedConfig(
                    null,
                    null,
                    URI.create("https://api.openai.com/v1"),
                    "text-embedding-3-small",
                    "gpt-4o-mini"),
                new SecurityConfig(null, false, null),
                new SpoolConfig(null, 512L * 1024 * 1024),
                new RqConfig(
                    List.of(),
                    List.of(
                        "te_po.pipeline.jobs.process_document", "te_po.pipeline.process_document"),
                    List.of())));
  }

  @Test
  void readsEverySettingFromTheEnvironment() {
    String key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    Config config =
        load(
            Map.ofEntries(
                Map.entry("HOST", "[::]"),
                Map.entry("PORT", " 8080\n"),
                Map.entry("MAX_UPLOAD_MB", "3"),
                Map.entry("TLS_CERT", "tls/cert.pem"),
                Map.entry("TLS_KEY", "/etc/key.pem"),
                Map.entry("DATABASE_URL", "postgresql://u:p@localhost/db"),
                Map.entry("DATABASE_POOL_MIN", "0"),
                Map.entry("DATABASE_POOL_MAX", "5"),
                Map.entry("RETENTION_DAYS", "7"),
                Map.entry("RETENTION_FOREIGN", "yes"),
                Map.entry("ARCHIVE_DAYS", "365"),
                Map.entry("REDIS_URL", "redis://localhost"),
                Map.entry("REDIS_BUDGET_MB", "64"),
                Map.entry("QUEUE_BACKEND", "postgres"),
                Map.entry("QUEUE_MODE", "inline"),
                Map.entry("REALM_SHARES", "finance team=3, b=1"),
                Map.entry("REALM_LIMITS", "b = 0"),
                Map.entry("WORKER_QUEUES", "urgent, reports-2"),
                Map.entry("WORKER_CONCURRENCY", "7"),
                Map.entry("WORKER_TIMEOUTS", "urgent=90s, reports-2=2h"),
                Map.entry("WORKER_DEFAULT_TIMEOUT", "45"),
                Map.entry("WORKER_RETRY_DELAYS", "none"),
                Map.entry("WORKER_LEASE", "5s"),
                Map.entry("WORKER_LEASE_RENEWAL", "1500ms"),
                Map.entry("WORKER_DRAIN", "0"),
                Map.entry("DOCUMENT_STORE", "Postgres"),
                Map.entry("DOCUMENT_DIR", "../docs"),
                Map.entry("DOCUMENT_DIR_SHARED", "YES"),
                Map.entry("DOCUMENT_SMALL_KB", "0"),
                Map.entry("STAGE_CACHE", "0s"),
                Map.entry("STAGE_CACHE_MB", "5"),
                Map.entry("PARSE_PROCESSES", "1"),
                Map.entry("PARSE_HEAP_MB", "512"),
                Map.entry("PARSE_DEADLINE", "5min"),
                Map.entry("PARSE_MAX_TEXT_CHARS", "1000"),
                Map.entry("PARSE_MAX_UNPACKED_MB", "2"),
                Map.entry("PARSE_RECYCLE_AFTER", "9"),
                Map.entry("PARSE_MAX_RATIO", "50"),
                Map.entry("PARSE_MAX_NESTING", "2"),
                Map.entry("OCR_LANGUAGES", "mri, chi_sim"),
                Map.entry("OCR_COMMAND", "/opt/tesseract"),
                Map.entry("OCR_PAGE_DEADLINE", "9s"),
                Map.entry("OCR_MAX_PAGES", "3"),
                Map.entry("EMBED_MODEL_DIR", "/models/e5"),
                Map.entry("OPENAI_API_KEY", "sk-1"),
                Map.entry("MIRROR_DATABASE_URL", "postgresql://m:q@mirror/db"),
                Map.entry("OPENAI_BASE_URL", "http://llm:8000/v1"),
                Map.entry("OPENAI_EMBEDDING_MODEL", "bge-m3"),
                Map.entry("OPENAI_CHAT_MODEL", "none"),
                Map.entry("PIPELINE_TOKEN", "t0ken"),
                Map.entry("SPOOL", "on"),
                Map.entry("SPOOL_MAX_MB", "7"),
                Map.entry("PIPEDECK_INSECURE", "1"),
                Map.entry("SECRETS_KEY", key),
                Map.entry("RQ_DOCUMENT_FOLDERS", "/srv/in, ../drop"),
                Map.entry("RQ_FUNCTION_NAMES", "a.b_2.c"),
                Map.entry("RQ_SHARED_QUEUES", "both, reports-2")));

    assertThat(config)
        .isEqualTo(
            new Config(
                home,
                new HttpConfig(
                    "::",
                    8080,
                    3L * 1024 * 1024,
                    work.resolve("tls/cert.pem"),
                    Path.of("/etc/key.pem")),
                new DatabaseConfig(DatabaseUrl.parse("postgresql://u:p@localhost/db"), 0, 5),
                new MirrorConfig(DatabaseUrl.parse("postgresql://m:q@mirror/db")),
                new RedisConfig(URI.create("redis://localhost:6379/0"), 64L * 1024 * 1024),
                new QueueConfig(
                    QueueConfig.Backend.POSTGRES,
                    QueueConfig.Mode.INLINE,
                    Map.of("finance team", 3, "b", 1),
                    Map.of("b", 0)),
                new WorkerConfig(
                    List.of("urgent", "reports-2"),
                    7,
                    Map.of(
                        "urgent",
                        seconds(90),
                        "default",
                        minutes(30),
                        "slow",
                        minutes(60),
                        "reports-2",
                        minutes(120)),
                    seconds(45),
                    List.of(),
                    seconds(5),
                    Duration.ofMillis(1500),
                    seconds(0)),
                new RetentionConfig(7, true, 365),
                new DocumentConfig(
                    DocumentConfig.Store.POSTGRES,
                    temp.resolve("docs"),
                    true,
                    0,
                    Duration.ZERO,
                    5L * 1024 * 1024),
                new ParseConfig(
                    1,
                    512,
                    minutes(5),
                    1000,
                    2,
                    9,
                    50,
                    2,
                    new OcrConfig(List.of("mri", "chi_sim"), "/opt/tesseract", seconds(9), 3)),
                new EmbedConfig(
                    Path.of("/models/e5"),
                    "sk-1",
                    URI.create("http://llm:8000/v1"),
                    "bge-m3",
                    null),
                new SecurityConfig("t0ken", true, key),
                new SpoolConfig(true, 7L * 1024 * 1024),
                new RqConfig(
                    List.of(Path.of("/srv/in"), temp.resolve("drop")),
                    List.of("a.b_2.c"),
                    List.of("both", "reports-2"))));
  }

  @Test
  void eachSourceCountsMoreThanTheNext() throws IOException {
    Files.writeString(work.resolve("pipedeck.properties"), "port=1\n");
    assertThat(load(Map.of()).http().port()).isEqualTo(1);
    Files.writeString(home.resolve("pipedeck.properties"), "port=2\n");
    assertThat(load(Map.of()).http().port()).isEqualTo(2);
    Files.writeString(home.resolve(".env"), "PORT=3\n");
    assertThat(load(Map.of()).http().port()).isEqualTo(3);
    Files.writeString(work.resolve(".env"), "PORT=4\n");
    assertThat(load(Map.of()).http().port()).isEqualTo(4);
    assertThat(load(Map.of("PORT", "5")).http().port()).isEqualTo(5);
    assertThat(load(Map.of("PORT", "5"), Map.of("port", "6")).http().port()).isEqualTo(6);
  }

  @Test
  void aCommandsOwnDefaultsCountLessThanAnythingThatWasSaid() throws IOException {
    var sources = new ConfigSources(Map.of(), Map.of(), work, home);
    var presets = Map.of("document-store", "postgres");

    assertThat(ConfigLoader.load(sources, presets).document().store())
        .isEqualTo(DocumentConfig.Store.POSTGRES);
    Files.writeString(work.resolve("pipedeck.properties"), "document-store=local\n");
    assertThat(ConfigLoader.load(sources, presets).document().store())
        .isEqualTo(DocumentConfig.Store.LOCAL);
  }

  @Test
  void theFlagForTheDataFolderCountsMoreThanTheEnvironment() {
    var sources = ConfigSources.ofProcess(Map.of("home", home.toString(), "port", "7"));

    assertThat(sources.home()).isEqualTo(home);
    assertThat(sources.flags()).containsEntry("port", "7");
    assertThat(sources.workingDirectory()).isEqualTo(Path.of("").toAbsolutePath());
  }

  @Test
  void baseUrlsEndWithoutASlash() {
    assertThat(load(Map.of("OPENAI_BASE_URL", "http://llm:8000/v1/")).embed().baseUrl())
        .isEqualTo(URI.create("http://llm:8000/v1"));
  }

  @Test
  void aBlankValueLeavesTheWordToTheNextSource() throws IOException {
    Files.writeString(work.resolve(".env"), "PORT=4\nHOST=\n");

    Config config = load(Map.of("PORT", " ", "REDIS_URL", ""));

    assertThat(config.http().port()).isEqualTo(4);
    assertThat(config.http().host()).isEqualTo("127.0.0.1");
    assertThat(config.redis().url()).isNull();
  }

  @Test
  void reportsAllMistakesTogether() throws IOException {
    Files.writeString(
        home.resolve("pipedeck.properties"), "worker-lease=forever\nworker-concurency=4\n");
    Files.writeString(work.resolve(".env"), "PARSE_HEAP_MB=1\n");

    List<Mistake> mistakes =
        mistakes(Map.of("PORT", "70000", "TLS_CERT", "c.pem"), Map.of("document-store", "s3"));

    assertThat(mistakes)
        .containsExactly(
            new Mistake(
                "worker-concurency",
                home.resolve("pipedeck.properties") + ", worker-concurency",
                "there is no such setting",
                "did you mean worker-concurrency?"),
            new Mistake(
                "port",
                "environment variable PORT",
                "\"70000\" is out of range",
                "a whole number from 0 to 65535"),
            new Mistake(
                "worker-lease",
                home.resolve("pipedeck.properties") + ", worker-lease",
                "\"forever\" is not a duration like 30s, 10m or 1h",
                "from 1s to 1h; units are ms, s, m, h, d"),
            new Mistake(
                "document-store",
                "flag --document-store",
                "\"s3\" is none of them",
                "one of local, postgres"),
            new Mistake(
                "parse-heap-mb",
                work.resolve(".env") + ", PARSE_HEAP_MB",
                "\"1\" is out of range",
                "a whole number from 64 to 16384"),
            new Mistake(
                "tls-cert",
                "environment variable TLS_CERT",
                "tls-key is missing",
                "both for HTTPS, or neither for HTTP"));
  }

  @Test
  void theMessageListsEveryMistakeOnALineOfItsOwn() {
    ConfigException thrown = thrown(Map.of("PORT", "x", "HOST", "a b"), Map.of());

    assertThat(thrown)
        .hasMessage(
            """
            2 mistakes in the configuration:
              host (environment variable HOST): "a b" is not a host name or an IP address. \
            Right is: a host name or an IP address without a port; 0.0.0.0 for all addresses
              port (environment variable PORT): "x" is not a whole number. \
            Right is: a whole number from 0 to 65535""");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          PORT                 | 8080x              | is not a whole number
          PORT                 | -1                 | is out of range
          PORT                 | 99999999999999     | is out of range
          HOST                 | http://x           | is not a host name
          WORKER_CONCURRENCY   | 0                  | is out of range
          WORKER_CONCURRENCY   | all                | is not a whole number
          WORKER_QUEUES        | urgent,,slow       | has an empty part
          WORKER_QUEUES        | urgent,urgent      | names urgent twice
          WORKER_QUEUES        | Urgent             | has a name that is no queue's
          WORKER_TIMEOUTS      | 10m                | has a part without =
          WORKER_TIMEOUTS      | a=1m,a=2m          | names a twice
          WORKER_TIMEOUTS      | urgent=0           | is out of range
          WORKER_RETRY_DELAYS  | 10,x               | is not a duration
          WORKER_RETRY_DELAYS  | 49h                | is out of range
          WORKER_DRAIN         | 1.5s               | is not a duration
          WORKER_DRAIN         | 9999999999         | is not a duration
          DOCUMENT_DIR_SHARED  | maybe              | is neither true nor false
          OPENAI_BASE_URL      | api.openai.com     | is not an http:// or https:// address
          OPENAI_BASE_URL      | http://a b         | is not a URL
          OPENAI_BASE_URL      | https://k@h/v1     | has a user, a query or a fragment
          WORKER_LEASE_RENEWAL | 15s                | a lease of 30000 ms is renewed every 15000 ms
          WORKER_LEASE         | 20s                | a lease of 20000 ms is renewed every 10000 ms
          DATABASE_POOL_MIN    | 11                 | database-pool-min is 11, database-pool-max is 10
          DATABASE_POOL_MAX    | 1                  | database-pool-min is 2, database-pool-max is 1
          RETENTION_DAYS       | never              | is not a whole number
          RETENTION_DAYS       | -1                 | is out of range
          ARCHIVE_DAYS         | 29                 | after 30 days and are deleted after 29
          TLS_KEY              | k.pem              | tls-cert is missing
          """)
  void saysWhatIsWrong(String name, String value, String wrong) {
    List<Mistake> mistakes = mistakes(Map.of(name, value), Map.of());

    assertThat(mistakes).singleElement().extracting(Mistake::wrong).asString().contains(wrong);
    assertThat(mistakes.getFirst().source()).isEqualTo("environment variable " + name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DATABASE_URL   | postgresql://u:Hush1@db:x/y
          REDIS_URL      | redis://:Hush1@h/zero
          OPENAI_API_KEY | Hush1 Hush2
          PIPELINE_TOKEN | Hush1ā
          SECRETS_KEY    | Hush1Hush1
          SECRETS_KEY    | Hush1*
          """)
  void neverShowsTheValueOfASecret(String name, String value) {
    ConfigException thrown = thrown(Map.of(name, value), Map.of());

    assertThat(thrown.getMessage()).contains(name).doesNotContain("Hush");
    assertThat(thrown.getCause()).isNull();
    assertThat(thrown.mistakes()).hasSize(1);
  }

  @Test
  void noTextOfTheConfigurationShowsASecret() {
    var environment =
        Map.of(
            "DATABASE_URL", "postgresql://u:Hush1@db/x",
            "REDIS_URL", "redis://u:Hush2@h",
            "OPENAI_API_KEY", "Hush3",
            "PIPELINE_TOKEN", "Hush4",
            "SECRETS_KEY", "HushAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    var sources = new ConfigSources(environment, Map.of(), work, home);

    assertThat(ConfigLoader.load(sources).toString()).doesNotContain("Hush").contains("***");
    assertThat(sources.toString()).doesNotContain("Hush");
  }

  @ParameterizedTest
  @CsvSource({
    "WORKER_CONCURRENCY, did you mean worker-concurrency?",
    "worker.concurrency, did you mean worker-concurrency?",
    "worker-lease-renwal, did you mean worker-lease-renewal?",
    "prot, did you mean port?",
    "pipedeck-insecure, did you mean insecure?",
    "colour, one of the keys of docs/configuration.md",
  })
  void proposesTheSettingThatWasMeant(String key, String right) throws IOException {
    Files.writeString(home.resolve("pipedeck.properties"), key + "=Hush\n");

    List<Mistake> mistakes = mistakes(Map.of(), Map.of());

    assertThat(mistakes).singleElement().extracting(Mistake::right).isEqualTo(right);
    assertThat(mistakes.toString()).doesNotContain("Hush");
  }

  @Test
  void unknownFlagsAreMistakesAndUnknownVariablesAreNot() throws IOException {
    Files.writeString(work.resolve(".env"), "OTHER_PROGRAM=1\n");

    assertThat(mistakes(Map.of("PATH", "/bin"), Map.of("prot", "1")))
        .extracting(Mistake::source)
        .containsExactly("flag --prot");
  }

  @Test
  void theDataFolderCannotBeSetInAFile() throws IOException {
    Files.writeString(work.resolve(".env"), "PIPEDECK_HOME=/else\n");
    Files.writeString(home.resolve("pipedeck.properties"), "home=/else\n");

    assertThat(mistakes(Map.of("PIPEDECK_HOME", home.toString()), Map.of()))
        .extracting(Mistake::wrong)
        .containsExactly(
            "is needed before this file is read", "is needed before this file is read");
  }

  @Test
  void filesThatCannotBeReadAreMistakes() throws IOException {
    Files.write(home.resolve(".env"), "HOST=wörk".getBytes(StandardCharsets.ISO_8859_1));
    Files.createDirectory(work.resolve(".env"));
    Files.writeString(home.resolve("pipedeck.properties"), "tls-cert=C:\\users\\Hush\n");

    List<Mistake> mistakes = mistakes(Map.of(), Map.of());

    assertThat(mistakes)
        .extracting(Mistake::wrong)
        .satisfiesExactly(
            wrong -> assertThat(wrong).startsWith("can't be read"),
            wrong -> assertThat(wrong).isEqualTo("is not UTF-8"),
            wrong -> assertThat(wrong).startsWith("has a \\u"));
    assertThat(mistakes.toString()).doesNotContain("Hush");
  }

  @Test
  void brokenLinesOfDotEnvAreNamedByNumber() throws IOException {
    Files.writeString(work.resolve(".env"), "PORT=1\nPIPELINE_TOKEN Hush\n");

    List<Mistake> mistakes = mistakes(Map.of(), Map.of());

    assertThat(mistakes)
        .singleElement()
        .isEqualTo(
            new Mistake(
                "line 2",
                work.resolve(".env").toString(),
                "has no =",
                "NAME=value, NAME=\"value\" or a comment after #"));
  }

  @Test
  void oneFolderForBothIsReadOnce() throws IOException {
    Files.writeString(home.resolve(".env"), "broken\n");

    var thrown =
        catchThrowableOfType(
            ConfigException.class,
            () -> ConfigLoader.load(new ConfigSources(Map.of(), Map.of(), home, home)));

    assertThat(thrown.mistakes()).hasSize(1);
  }

  private Config load(Map<String, String> environment) {
    return load(environment, Map.of());
  }

  private Config load(Map<String, String> environment, Map<String, String> flags) {
    return ConfigLoader.load(new ConfigSources(environment, flags, work, home));
  }

  private List<Mistake> mistakes(Map<String, String> environment, Map<String, String> flags) {
    return thrown(environment, flags).mistakes();
  }

  private ConfigException thrown(Map<String, String> environment, Map<String, String> flags) {
    return catchThrowableOfType(ConfigException.class, () -> load(environment, flags));
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static Duration minutes(long minutes) {
    return Duration.ofMinutes(minutes);
  }
}
