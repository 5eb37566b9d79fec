package io.pipedeck.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The table of settings, in the order of {@code docs/configuration.md}. */
public final class Settings {
  /** Read before all others: two of the files are in it. Not allowed in a file for that reason. */
  static final Setting<Path> HOME =
      Setting.of(
              "home",
              "home",
              Kinds.path("a folder that this user may write to"),
              "The data folder; without it the usual place of the operating system.")
          .environment("PIPEDECK_HOME");

  static final Setting<String> HOST =
      Setting.of("host", "http.host", Kinds.host(), "Address the HTTP server listens on.")
          .preset("127.0.0.1");

  static final Setting<Integer> PORT =
      Setting.of(
              "port",
              "http.port",
              Kinds.whole(0, 65535, ""),
              "Port the HTTP server listens on; 0 takes a free one.")
          .preset("10000");

  static final Setting<Integer> MAX_UPLOAD_MB =
      Setting.of(
              "max-upload-mb",
              "http.maxUploadBytes",
              Kinds.whole(1, 102_400, "MiB"),
              "Largest document that is taken.")
          .preset("512");

  static final Setting<Path> TLS_CERT =
      Setting.of(
          "tls-cert",
          "http.tlsCert",
          Kinds.path("a PEM file with the certificate chain, given together with tls-key"),
          "Certificate chain; HTTPS instead of HTTP.");

  static final Setting<Path> TLS_KEY =
      Setting.of(
          "tls-key",
          "http.tlsKey",
          Kinds.path("a PEM file with the private key, given together with tls-cert"),
          "Private key of the certificate.");

  static final Setting<DatabaseUrl> DATABASE_URL =
      Setting.of(
              "database-url",
              "database.url",
              Kinds.databaseUrl(),
              "PostgreSQL server; without it the bundled one runs.")
          .asSecret();

  static final Setting<Integer> DATABASE_POOL_MIN =
      Setting.of(
              "database-pool-min",
              "database.poolMin",
              Kinds.whole(0, 1_000, ""),
              "Connections kept open once they were needed.")
          .preset("2");

  static final Setting<Integer> DATABASE_POOL_MAX =
      Setting.of(
              "database-pool-max",
              "database.poolMax",
              Kinds.whole(1, 1_000, ""),
              "Connections at most; at least database-pool-min.")
          .preset("10");

  static final Setting<DatabaseUrl> MIRROR_DATABASE_URL =
      Setting.of(
              "mirror-database-url",
              "mirror.url",
              Kinds.databaseUrl(),
              "A second PostgreSQL that follows every change of the first; see mirror.md.")
          .asSecret();

  static final Setting<URI> REDIS_URL =
      Setting.of(
              "redis-url",
              "redis.url",
              Kinds.redisUrl(),
              "Redis server; without it the bundled one runs.")
          .asSecret();

  static final Setting<Integer> REDIS_BUDGET_MB =
      Setting.of(
              "redis-budget-mb",
              "redis.budgetBytes",
              Kinds.whole(16, 1_048_576, "MiB"),
              "As Redis fills up to this, finished jobs are shown there for a shorter time.")
          .preset("512");

  static final Setting<QueueConfig.Backend> QUEUE_BACKEND =
      Setting.of(
              "queue-backend",
              "queue.backend",
              Kinds.oneOf(QueueConfig.Backend.class),
              "What hands jobs to workers: Redis, or PostgreSQL alone.")
          .preset("redis");

  static final Setting<QueueConfig.Mode> QUEUE_MODE =
      Setting.of(
              "queue-mode",
              "queue.mode",
              Kinds.oneOf(QueueConfig.Mode.class),
              "Where a program that embeds Pipedeck runs its jobs: in workers, or in the call that"
                  + " enqueues them.")
          .preset("queued");

  static final Setting<Map<String, Integer>> REALM_SHARES =
      Setting.of(
          "realm-shares",
          "queue.realmShares",
          ListKinds.numberByRealm(1, 1_000),
          "How many turns a realm has on a queue while one that isn't named has one.");

  static final Setting<Map<String, Integer>> REALM_LIMITS =
      Setting.of(
          "realm-limits",
          "queue.realmLimits",
          ListKinds.numberByRealm(0, 100_000),
          "How many jobs of a realm run at a time; no limit for one that isn't named.");

  static final Setting<List<String>> WORKER_QUEUES =
      Setting.of(
              "worker-queues",
              "worker.queues",
              ListKinds.queues(),
              "Queues this process works on, the most urgent first.")
          .preset("urgent,default,slow");

  static final Setting<Integer> WORKER_CONCURRENCY =
      Setting.of(
              "worker-concurrency",
              "worker.concurrency",
              Kinds.perCore(1_024),
              "Jobs that run at a time in this process.")
          .preset("cores");

  static final Setting<Map<String, Duration>> WORKER_TIMEOUTS =
      Setting.of(
              "worker-timeouts",
              "worker.timeouts",
              ListKinds.durationByQueue(Duration.ofSeconds(1), Duration.ofDays(2)),
              "How long one attempt may take, by queue. A queue that isn't named keeps its default.")
          .preset("urgent=10m,default=30m,slow=60m");

  static final Setting<Duration> WORKER_DEFAULT_TIMEOUT =
      Setting.of(
              "worker-default-timeout",
              "worker.defaultTimeout",
              ListKinds.duration(Duration.ofSeconds(1), Duration.ofDays(2)),
              "The same for queues that worker-timeouts knows nothing of.")
          .preset("30m");

  static final Setting<List<Duration>> WORKER_RETRY_DELAYS =
      Setting.of(
              "worker-retry-delays",
              "worker.retryDelays",
              ListKinds.durations(Duration.ZERO, Duration.ofDays(2)),
              "Pauses before the second, third … attempt; as many retries as pauses.")
          .preset("10s,30s,60s");

  static final Setting<Duration> WORKER_LEASE =
      Setting.of(
              "worker-lease",
              "worker.lease",
              ListKinds.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
              "How long a worker holds a job without a sign of life.")
          .preset("30s");

  static final Setting<Duration> WORKER_LEASE_RENEWAL =
      Setting.of(
              "worker-lease-renewal",
              "worker.leaseRenewal",
              ListKinds.duration(Duration.ofMillis(100), Duration.ofMinutes(30)),
              "How often it gives that sign; less than half of worker-lease.")
          .preset("10s");

  static final Setting<Duration> WORKER_DRAIN =
      Setting.of(
              "worker-drain",
              "worker.drain",
              ListKinds.duration(Duration.ZERO, Duration.ofDays(1)),
              "How long running jobs may go on after a stop was asked for.")
          .preset("30s");

  static final Setting<Integer> RETENTION_DAYS =
      Setting.of(
              "retention-days",
              "retention.days",
              Kinds.days(),
              "When a job has ended so long ago, it moves to the archive: still found, out of the way.")
          .preset("30");

  static final Setting<Boolean> RETENTION_FOREIGN =
      Setting.of(
              "retention-foreign",
              "retention.foreign",
              Kinds.flag(),
              "Whether rows of other programs move too.")
          .preset("false");

  static final Setting<Integer> ARCHIVE_DAYS =
      Setting.of(
              "archive-days",
              "retention.archiveDays",
              Kinds.days(),
              "When all jobs of a month of the archive have ended so long ago, they are deleted.")
          .preset("off");

  static final Setting<DocumentConfig.Store> DOCUMENT_STORE =
      Setting.of(
              "document-store",
              "document.store",
              Kinds.oneOf(DocumentConfig.Store.class),
              "Where documents are kept: in a folder or in PostgreSQL.")
          .preset("local");

  static final Setting<Path> DOCUMENT_DIR =
      Setting.of(
          "document-dir",
          "document.folder",
          Kinds.path("a folder that this user may write to"),
          "Folder of the local store; without it the folder documents of the data folder.");

  static final Setting<Boolean> DOCUMENT_DIR_SHARED =
      Setting.of(
              "document-dir-shared",
              "document.folderShared",
              Kinds.flag(),
              "Whether all nodes see that folder.")
          .preset("false");

  static final Setting<Integer> DOCUMENT_SMALL_KB =
      Setting.of(
              "document-small-kb",
              "document.smallBytes",
              Kinds.whole(0, 1_024, "KiB"),
              "Documents up to this size are kept in PostgreSQL whatever the store: in the commit of"
                  + " their job.")
          .preset("64");

  static final Setting<Duration> STAGE_CACHE =
      Setting.of(
              "stage-cache",
              "document.stageCache",
              ListKinds.duration(Duration.ZERO, Duration.ofDays(30)),
              "How long the outputs of a document's stages are kept beyond the end of its job, so that"
                  + " the next job with the document has less to do.")
          .preset("24h");

  static final Setting<Integer> STAGE_CACHE_MB =
      Setting.of(
              "stage-cache-mb",
              "document.stageCacheBytes",
              Kinds.whole(1, 102_400, "MiB"),
              "How much is kept so in all, and for one document while its job runs.")
          .preset("1024");

  static final Setting<Integer> PARSE_PROCESSES =
      Setting.of(
              "parse-processes",
              "parse.processes",
              Kinds.perCore(256),
              "Parser processes at most; each takes one document at a time.")
          .preset("cores");

  static final Setting<Integer> PARSE_HEAP_MB =
      Setting.of(
              "parse-heap-mb",
              "parse.heapMb",
              Kinds.whole(64, 16_384, "MiB"),
              "Heap of each parser process.")
          .preset("256");

  static final Setting<Duration> PARSE_DEADLINE =
      Setting.of(
              "parse-deadline",
              "parse.deadline",
              ListKinds.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
              "How long parsing one document may take.")
          .preset("2m");

  static final Setting<Integer> PARSE_MAX_TEXT_CHARS =
      Setting.of(
              "parse-max-text-chars",
              "parse.maxTextChars",
              Kinds.whole(1_000, 500_000_000, "characters"),
              "How much text one document may give.")
          .preset("20000000");

  static final Setting<Integer> PARSE_MAX_UNPACKED_MB =
      Setting.of(
              "parse-max-unpacked-mb",
              "parse.maxUnpackedMb",
              Kinds.whole(1, 102_400, "MiB"),
              "How much a packed document may unpack to.")
          .preset("1024");

  static final Setting<Integer> PARSE_RECYCLE_AFTER =
      Setting.of(
              "parse-recycle-after",
              "parse.recycleAfter",
              Kinds.whole(1, 1_000_000, "documents"),
              "After how many documents a parser process is replaced.")
          .preset("200");

  static final Setting<Integer> PARSE_MAX_RATIO =
      Setting.of(
              "parse-max-ratio",
              "parse.maxRatio",
              Kinds.whole(10, 100_000, ""),
              "How many times its size a packed document may unpack to, once that is over 32 MiB.")
          .preset("200");

  static final Setting<Integer> PARSE_MAX_NESTING =
      Setting.of(
              "parse-max-nesting",
              "parse.maxNesting",
              Kinds.whole(1, 20, "levels"),
              "How deep archives may lie in archives.")
          .preset("4");

  static final Setting<List<String>> OCR_LANGUAGES =
      Setting.of(
              "ocr-languages",
              "parse.ocr.languages",
              ListKinds.ocrLanguages(),
              "Languages of scanned pages, the likeliest first; those that Tesseract has are used.")
          .preset("eng,deu");

  static final Setting<String> OCR_COMMAND =
      Setting.of(
              "ocr-command",
              "parse.ocr.command",
              Kinds.token("a name on the PATH or a path, without blanks"),
              "The program Tesseract.")
          .preset("tesseract");

  static final Setting<Duration> OCR_PAGE_DEADLINE =
      Setting.of(
              "ocr-page-deadline",
              "parse.ocr.pageDeadline",
              ListKinds.duration(Duration.ofSeconds(1), Duration.ofHours(1)),
              "How long recognising one page may take.")
          .preset("1m");

  static final Setting<Integer> OCR_MAX_PAGES =
      Setting.of(
              "ocr-max-pages",
              "parse.ocr.maxPages",
              Kinds.whole(1, 100_000, "pages"),
              "How many pages of one document are recognised.")
          .preset("500");

  static final Setting<Path> EMBED_MODEL_DIR =
      Setting.of(
          "embed-model-dir",
          "embed.modelDir",
          Kinds.path("a folder with model.onnx and tokenizer.json"),
          "Another embedding model than the bundled one.");

  static final Setting<String> OPENAI_API_KEY =
      Setting.of(
              "openai-api-key",
              "embed.apiKey",
              Kinds.token("a key without blanks"),
              "Embed and summarise by an OpenAI-compatible endpoint; without it in the process.")
          .asSecret();

  static final Setting<URI> OPENAI_BASE_URL =
      Setting.of(
              "openai-base-url",
              "embed.baseUrl",
              Kinds.httpUrl(),
              "That endpoint, up to and including its version.")
          .preset("https://api.openai.com/v1");

  static final Setting<String> OPENAI_EMBEDDING_MODEL =
      Setting.of(
              "openai-embedding-model",
              "embed.embeddingModel",
              Kinds.token("a model's name without blanks"),
              "The embedding model asked for there.")
          .preset("text-embedding-3-small");

  static final Setting<String> OPENAI_CHAT_MODEL =
      Setting.of(
              "openai-chat-model",
              "embed.chatModel",
              Kinds.token("a model's name without blanks, or none"),
              "The model asked for summaries there; with none they are made of the document's own"
                  + " sentences.")
          .preset("gpt-4o-mini");

  static final Setting<String> PIPELINE_TOKEN =
      Setting.of(
              "pipeline-token",
              "security.token",
              Kinds.token("a token of plain ASCII without blanks"),
              "An admin's bearer token.")
          .asSecret();

  /** Its name has our prefix: an INSECURE that another program reads must not open this one. */
  static final Setting<Boolean> INSECURE =
      Setting.of(
              "insecure",
              "security.insecure",
              Kinds.flag(),
              "Listen beyond this machine without any token.")
          .environment("PIPEDECK_INSECURE")
          .preset("false");

  static final Setting<String> SECRETS_KEY =
      Setting.of(
              "secrets-key",
              "security.secretsKey",
              Kinds.key256(),
              "Encrypts document passwords at rest, the same on all nodes; without it one is kept in"
                  + " the data folder.")
          .asSecret();

  static final Setting<Boolean> SPOOL =
      Setting.of(
          "spool",
          "spool.wanted",
          Kinds.flag(),
          "Whether jobs are accepted onto this machine's disk while PostgreSQL is away; without it"
              + " serve does, api and worker don't.");

  static final Setting<Integer> SPOOL_MAX_MB =
      Setting.of(
              "spool-max-mb",
              "spool.maxBytes",
              Kinds.whole(1, 102_400, "MiB"),
              "How much is kept so before jobs are refused.")
          .preset("512");

  static final Setting<List<Path>> RQ_DOCUMENT_FOLDERS =
      Setting.of(
              "rq-document-folders",
              "rq.documentFolders",
              ListKinds.folders(),
              "Folders below which the file_path of Python programs' jobs is read.")
          .preset("none");

  static final Setting<List<String>> RQ_FUNCTION_NAMES =
      Setting.of(
              "rq-function-names",
              "rq.functionNames",
              ListKinds.functionNames(),
              "Names under which Python programs call the built-in function.")
          .preset("te_po.pipeline.jobs.process_document,te_po.pipeline.process_document");

  static final Setting<List<String>> RQ_SHARED_QUEUES =
      Setting.of(
              "rq-shared-queues",
              "rq.sharedQueues",
              ListKinds.queuesOrNone(),
              "Queues that Python workers serve beside ours; every function on them must exist on"
                  + " both sides.")
          .preset("none");

  private static final List<Setting<?>> ALL =
      List.of(
          HOME,
          HOST,
          PORT,
          MAX_UPLOAD_MB,
          TLS_CERT,
          TLS_KEY,
          DATABASE_URL,
          DATABASE_POOL_MIN,
          DATABASE_POOL_MAX,
          MIRROR_DATABASE_URL,
          REDIS_URL,
          REDIS_BUDGET_MB,
          QUEUE_BACKEND,
          QUEUE_MODE,
          REALM_SHARES,
          REALM_LIMITS,
          WORKER_QUEUES,
          WORKER_CONCURRENCY,
          WORKER_TIMEOUTS,
          WORKER_DEFAULT_TIMEOUT,
          WORKER_RETRY_DELAYS,
          WORKER_LEASE,
          WORKER_LEASE_RENEWAL,
          WORKER_DRAIN,
          RETENTION_DAYS,
          RETENTION_FOREIGN,
          ARCHIVE_DAYS,
          DOCUMENT_STORE,
          DOCUMENT_DIR,
          DOCUMENT_DIR_SHARED,
          DOCUMENT_SMALL_KB,
          STAGE_CACHE,
          STAGE_CACHE_MB,
          PARSE_PROCESSES,
          PARSE_HEAP_MB,
          PARSE_DEADLINE,
          PARSE_MAX_TEXT_CHARS,
          PARSE_MAX_UNPACKED_MB,
          PARSE_RECYCLE_AFTER,
          PARSE_MAX_RATIO,
          PARSE_MAX_NESTING,
          OCR_LANGUAGES,
          OCR_COMMAND,
          OCR_PAGE_DEADLINE,
          OCR_MAX_PAGES,
          EMBED_MODEL_DIR,
          OPENAI_API_KEY,
          OPENAI_BASE_URL,
          OPENAI_EMBEDDING_MODEL,
          OPENAI_CHAT_MODEL,
          PIPELINE_TOKEN,
          INSECURE,
          SECRETS_KEY,
          SPOOL,
          SPOOL_MAX_MB,
          RQ_DOCUMENT_FOLDERS,
          RQ_FUNCTION_NAMES,
          RQ_SHARED_QUEUES);

  private Settings() {}

  /** Every setting there is. */
  public static List<Setting<?>> all() {
    return ALL;
  }
}
