package io.pipedeck.rq;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.Json;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.embedded.TestServers;
import io.pipedeck.job.Adopted;
import io.pipedeck.job.Claim;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobEvents;
import io.pipedeck.job.JobStore;
import io.pipedeck.job.JobTests;
import io.pipedeck.job.RetryPolicy;
import io.pipedeck.queue.Popped;
import io.pipedeck.queue.PythonRq;
import io.pipedeck.queue.QueueWindow;
import io.pipedeck.queue.RedisConnection;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.queue.RqJobs;
import io.pipedeck.worker.JobFunctions;
import io.pipedeck.worker.Signature;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import redis.clients.jedis.RedisClient;

/** What the real RQ enqueues becomes a job of ours, or fails with words that help. */
class AdoptionTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  private static final URI URL = TestServers.freshRedis();
  private static final String FUNCTION = "te_po.pipeline.jobs.process_document";
  private static final String ROW = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

  private final RedisConnection connection = new RedisConnection(URL);
  private final RedisClient redis = RedisClient.create(URL);
  private final PythonRq python = new PythonRq(URL);
  private final RqJobs rqJobs = new RqJobs(connection, InstantSource.system());
  private final RedisQueue queue =
      new RedisQueue(connection, InstantSource.system(), _ -> Duration.ofMinutes(1));
  private final QueueWindow window = new QueueWindow(connection);
  private final JobStore store = new JobStore();
  private final List<JobEvents.Change> heard = new ArrayList<>();
  private final Adoption adoption = adoption();

  private Adoption adoption() {
    var functions = new JobFunctions();
    functions.register(FUNCTION, Signature.of("file_path", "job_id?"), _ -> null);
    functions.register("reports.weekly", Signature.of("week", "realm?"), _ -> null);
    functions.register("anything", _ -> null);
    var calls =
        new Adoption.Calls(
            functions, FUNCTION, List.of(FUNCTION, "te_po.pipeline.process_document"), "file_path");
    return new Adoption(DB.pool(), rqJobs, calls, heard::addAll, Duration.ofSeconds(30));
  }

  @BeforeEach
  void start() {
    PythonRq.assumeHere();
    redis.flushDB();
  }

  @AfterEach
  void close() {
    queue.close();
    redis.close();
    connection.close();
  }

  @Test
  void aRowIsMadeUnderTheIdThatTheCallNames() throws Exception {
    enqueue(
        "'%s', '/in/Māori report.pdf', '%s', job_id='doc-1', job_timeout=77, retry=Retry(max=2, interval=[30, 60])"
            .formatted(FUNCTION, ROW));

    Job job = taken("doc-1").job();

    assertThat(job.id()).isEqualTo(UUID.fromString(ROW));
    assertThat(job.rqJobId()).isEqualTo("doc-1");
    assertThat(job.nativeRow()).isTrue();
    assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
    assertThat(job.function()).isEqualTo(FUNCTION);
    assertThat(job.maxAttempts()).isEqualTo(3);
    assertThat(job.attempt()).isEqualTo(1);
    assertThat(job.timeoutSeconds()).isEqualTo(77);
    assertThat(job.payloadText("file_path")).isEqualTo("/in/Māori report.pdf");
    assertThat(job.payloadText("filename")).isEqualTo("Māori report.pdf");
    Adopted adopted = Adopted.of(job).orElseThrow();
    assertThat(adopted.retryIntervals())
        .containsExactly(Duration.ofSeconds(30), Duration.ofSeconds(60));
    assertThat(adopted.kwargs(job)).containsOnlyKeys("file_path", "job_id");
    assertThat(redis.hmget("rq:job:doc-1", "status", "pd_job", "pd_rev", "worker_name"))
        .containsExactly("started", ROW, Long.toString(job.rev()), "w");
    assertThat(heard).extracting(change -> change.event().id()).containsExactly(job.id());
  }

  @Test
  void aCallThatNamesNoUuidGetsAFreshId() throws Exception {
    enqueue("'te_po.pipeline.process_document', '/in/a.pdf', job_id='doc-1'");
    enqueue(
        "'te_po.pipeline.process_document', kwargs={'job_id': 'no uuid', 'file_path': '/in/a.pdf'}, job_id='doc-2'");

    Job first = taken("doc-1").job();
    Job second = taken("doc-2").job();

    assertThat(first.id().version()).isEqualTo(7);
    assertThat(first.function()).isEqualTo(FUNCTION);
    assertThat(second.id().version()).isEqualTo(7);
    assertThat(second.payloadText("job_id")).isEqualTo("no uuid");
  }

  @Test
  void theRowThatTheProducerInsertedIsTakenOver() throws Exception {
    DB.foreign(
        "INSERT INTO pipeline_jobs (id, realm, queue, payload) VALUES ('%s', 'mine', 'default', '{\"pages\": 3}')"
            .formatted(ROW));
    enqueue("'%s', '/in/a.pdf', '%s', job_id='doc-1'".formatted(FUNCTION, ROW));

    Job job = taken("doc-1").job();

    assertThat(job.id()).isEqualTo(UUID.fromString(ROW));
    assertThat(job.realm()).isEqualTo("mine");
    assertThat(job.nativeRow()).isTrue();
    assertThat(payload(job).get("pages").intValue()).isEqualTo(3);
    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs")).isEqualTo(1);
  }

  @Test
  void aRowIsAlsoFoundByItsIdInRq() throws Exception {
    DB.foreign(
        "INSERT INTO pipeline_jobs (id, rq_job_id, status) VALUES ('%s', 'doc-1', 'failed')"
            .formatted(ROW));
    enqueue("'%s', '/in/a.pdf', job_id='doc-1'".formatted(FUNCTION));

    assertThat(taken("doc-1").job().id()).isEqualTo(UUID.fromString(ROW));
  }

  @Test
  void somebodyElsesRowIsRefused() throws Exception {
    Job ours = JobTests.aJob().running(FUNCTION).in(DB);
    enqueue("'%s', '/in/a.pdf', '%s', job_id='native'".formatted(FUNCTION, ours.id()));
    DB.foreign(
        "INSERT INTO pipeline_jobs (id, realm, rq_job_id) VALUES ('%s', 'theirs', 'other')"
            .formatted(ROW));
    enqueue("'%s', '/in/a.pdf', '%s', job_id='taken'".formatted(FUNCTION, ROW));
    enqueue("'reports.weekly', 5, realm='mine', job_id='other'");
    DB.foreign(
        "INSERT INTO pipeline_jobs (id, rq_job_id, status) VALUES (gen_random_uuid(), 'done', 'finished')");
    enqueue("'anything', job_id='done'");

    assertThat(refusal("native")).endsWith("has another id in RQ: " + ours.id());
    assertThat(refusal("taken")).endsWith("has another id in RQ: other");
    assertThat(refusal("other")).endsWith("ValueError: job " + ROW + " is of another realm");
    assertThat(take("done")).as("a finished run keeps its row").isPresent();
    assertThat(
            DB.number(
                "SELECT count(*) AS n FROM pipeline_jobs WHERE status = 'finished' AND rq_job_id IS NULL"))
        .isEqualTo(1);
    assertThat(JobTests.stored(DB.pool(), ours.id())).isEqualTo(ours);
  }

  @Test
  void callsThatFitNoFunctionFailInPythonsWords() throws Exception {
    enqueue("'no.such.function', 1, job_id='unknown', retry=Retry(max=3)");
    enqueue("'%s', job_id='missing'".formatted(FUNCTION));
    enqueue("'te_po.pipeline.process_document', 1, 2, 3, job_id='many'");
    enqueue("'reports.weekly', 1, day=2, job_id='wrong'");

    assertThat(refusal("unknown"))
        .contains("known are anything, reports.weekly, te_po.pipeline.jobs.process_document")
        .endsWith("ValueError: Invalid attribute name: no.such.function");
    assertThat(refusal("missing"))
        .isEqualTo(
            "TypeError: process_document() missing 1 required positional argument: 'file_path'");
    assertThat(refusal("many"))
        .isEqualTo(
            "TypeError: process_document() takes from 1 to 2 positional arguments but 3 were given");
    assertThat(refusal("wrong"))
        .isEqualTo("TypeError: weekly() got an unexpected keyword argument 'day'");
    assertThat(DB.number("SELECT count(*) AS n FROM pipeline_jobs")).isZero();
  }

  @Test
  void aPickledJobFailsWithAClearTextAndStaysRequeueable() throws Exception {
    python.python("Queue('default', connection=r).enqueue('math.sqrt', 16, job_id='doc-1')");

    assertThat(refusal("doc-1"))
        .isEqualTo(
            """
            The job's data is a Python pickle (protocol 5), which the Java worker does not read.
            Enqueue with serializer=rq.serializers.JSONSerializer, or run a Python worker for this queue and requeue:\
             rq requeue --queue default doc-1
            rq.exceptions.DeserializationError: pickled job data""");
    assertThat(python.rq("requeue", "--queue", "default", "doc-1")).contains("Requeueing 1 jobs");
    assertThat(
            python.python(
                """
                from rq import SimpleWorker
                SimpleWorker([Queue('default', connection=r)], connection=r).work(burst=True, logging_level='ERROR')
                print(Job.fetch('doc-1', connection=r).get_status(), Job.fetch('doc-1', connection=r).return_value())
                """))
        .endsWith("finished 4.0");
  }

  @Test
  void argumentsArriveAsTheyWereSent() throws Exception {
    enqueue(
        "'anything', args=(1, [2.5, None]), job_id='a', kwargs={'ā': {'b': True}, 'big': 10**30}");

    Job job = taken("a").job();

    assertThat(payload(job).get("args")).hasToString("[1,[2.5,null]]");
    assertThat(payload(job).get("kwargs"))
        .isEqualTo(
            Json.mapper().readTree("{\"ā\": {\"b\": true}, \"big\": 1" + "0".repeat(30) + "}"));
  }

  @Test
  void retriesKeepRqsOwnPauses() throws Exception {
    enqueue("'anything', job_id='doc-1', retry=Retry(max=2, interval=[30, 60])");
    var policy = new RetryPolicy(List.of(Duration.ofSeconds(1)));

    Claim first = taken("doc-1");
    assertThat(policy.pauseAfter(first.job(), ErrorCode.INTERNAL_ERROR))
        .contains(Duration.ofSeconds(30));
    Job pausing = retryLater(first, Duration.ofSeconds(30));
    queue.scheduled(pausing);
    shown();
    assertThat(redis.hmget("rq:job:doc-1", "status", "retries_left"))
        .containsExactly("scheduled", "1");
    assertThat(redis.zrange("rq:scheduled:default", 0, -1)).containsExactly("doc-1");

    becomeDue(pausing);
    Claim second = taken("doc-1");
    assertThat(second.job().id()).isEqualTo(first.job().id());
    assertThat(second.job().attempt()).isEqualTo(2);
    assertThat(policy.pauseAfter(second.job(), ErrorCode.INTERNAL_ERROR))
        .contains(Duration.ofSeconds(60));
    becomeDue(retryLater(second, Duration.ofSeconds(60)));
    assertThat(policy.pauseAfter(taken("doc-1").job(), ErrorCode.INTERNAL_ERROR)).isEmpty();
  }

  private Job retryLater(Claim claim, Duration pause) {
    return DB.pool()
        .inTransaction(tx -> store.retryLater(tx, claim, pause, ErrorCode.INTERNAL_ERROR, "no"))
        .orElseThrow();
  }

  private void becomeDue(Job job) {
    DB.pool()
        .run(tx -> tx.update("UPDATE pipeline_jobs SET run_at = now() WHERE id = ?", job.id()));
    redis.zrem("rq:scheduled:default", "doc-1");
    redis.hset("rq:job:doc-1", "status", "queued");
    redis.rpush("rq:queue:default", "doc-1");
  }

  @Test
  void aRequeueWithRqsToolsIsAnOperatorsRetry() throws Exception {
    enqueue("'anything', job_id='doc-1'");
    Claim claim = taken("doc-1");
    Job failed =
        DB.pool()
            .inTransaction(tx -> store.fail(tx, claim, ErrorCode.INTERNAL_ERROR, "no"))
            .orElseThrow();
    queue.failed(failed, "w", "no");
    shown();
    assertThat(python.rq("requeue", "--queue", "default", "--all")).contains("Requeueing 1 jobs");

    Claim again = taken("doc-1");

    assertThat(again.job().id()).isEqualTo(claim.job().id());
    assertThat(again.job().attempt()).isEqualTo(2);
    assertThat(again.job().status()).isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void anIdThatRqUsesAgainAfterItsEndIsANewJob() throws Exception {
    enqueue("'anything', 1, job_id='nightly'");
    Claim first = taken("nightly");
    Job finished = DB.pool().inTransaction(tx -> store.finish(tx, first, null)).orElseThrow();
    queue.finished(finished, "w", null);
    shown();
    enqueue("'anything', 2, job_id='nightly'");

    Job second = taken("nightly").job();

    assertThat(second.id()).isNotEqualTo(finished.id());
    assertThat(payload(second).get("args").get(0).intValue()).isEqualTo(2);
    assertThat(JobTests.stored(DB.pool(), finished.id()).status()).isEqualTo(JobStatus.FINISHED);
  }

  @Test
  void idsThatStandForNothingLeaveTheQueue() throws Exception {
    Job finished = JobTests.aJob().in(DB);
    Claim claim = JobTests.claim(DB.pool(), finished, "w");
    DB.pool().run(tx -> store.finish(tx, claim, null));
    redis.hset(
        "rq:job:" + finished.id(),
        java.util.Map.of("data", "x", "status", "queued", "pd_rev", "1"));
    redis.rpush("rq:queue:default", "no-hash", finished.id().toString());

    assertThat(take("no-hash")).isEmpty();
    assertThat(take(finished.id().toString())).isEmpty();

    assertThat(redis.exists("rq:queue:default:intermediate")).isFalse();
    assertThat(redis.exists("rq:queue:default")).isFalse();
  }

  @Test
  void withoutPostgresqlTheJobGoesBackToTheHeadOfItsQueue() throws Exception {
    enqueue("'anything', job_id='doc-1'");
    enqueue("'anything', job_id='doc-2'");
    try (var away =
        new io.pipedeck.db.Database(
            new io.pipedeck.db.Database.Login("jdbc:postgresql://127.0.0.1:1/x", "u", "p"),
            0,
            1,
            Duration.ofSeconds(1))) {
      var calls = new Adoption.Calls(anyFunction(), FUNCTION, List.of(), "file_path");
      var cutOff = new Adoption(away, rqJobs, calls, JobEvents.NONE, Duration.ofSeconds(30));
      Popped popped = window.pop("default", Duration.ofSeconds(1)).orElseThrow();

      org.assertj.core.api.Assertions.assertThatThrownBy(() -> cutOff.take(popped, "w"))
          .isInstanceOf(io.pipedeck.db.DatabaseException.class);
    }

    assertThat(redis.lrange("rq:queue:default", 0, -1)).containsExactly("doc-1", "doc-2");
    assertThat(redis.zcard("rq:wip:default")).isZero();
  }

  private static JobFunctions anyFunction() {
    var functions = new JobFunctions();
    functions.register("anything", _ -> null);
    return functions;
  }

  private void enqueue(String call) throws Exception {
    python.python("q.enqueue(" + call + ")");
  }

  private Optional<Claim> take(String id) {
    Popped popped = window.pop("default", Duration.ofSeconds(1)).orElseThrow();
    assertThat(popped.id()).isEqualTo(id);
    return adoption.take(popped, "w");
  }

  private Claim taken(String id) {
    return take(id).orElseThrow();
  }

  private String refusal(String id) throws Exception {
    assertThat(take(id)).isEmpty();
    return python.python(
        "j = Job.fetch(args[0], connection=r); assert j.get_status() == 'failed'; print(j.latest_result().exc_string)",
        id);
  }

  private static com.fasterxml.jackson.databind.JsonNode payload(Job job) {
    return java.util.Objects.requireNonNull(job.payload());
  }

  /** Changes are shown in their order: with this one all before it. */
  private void shown() {
    queue.putBack(new Popped("default", "none"));
  }
}
