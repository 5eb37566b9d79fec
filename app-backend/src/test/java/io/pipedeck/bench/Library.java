package io.pipedeck.bench;

import io.pipedeck.db.Database;
import io.pipedeck.events.EventHub;
import io.pipedeck.events.RedisRelay;
import io.pipedeck.job.Job;
import io.pipedeck.job.JobQueue;
import io.pipedeck.job.JobService;
import io.pipedeck.job.JobWriter;
import io.pipedeck.job.NewJob;
import io.pipedeck.job.Turns;
import io.pipedeck.job.WaitingReasons;
import io.pipedeck.queue.RedisBudget;
import io.pipedeck.queue.RedisConnection;
import io.pipedeck.queue.RedisQueue;
import io.pipedeck.stand.Stand;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** A program that embeds the library and enqueues with it. */
final class Library implements JobSource {
  private final Database database;
  private final JobWriter writer;
  private final RedisConnection redis;
  private final RedisQueue queue;
  private final RedisRelay events;
  private final JobService service;
  private final Commits commits;

  /** Notes when each job was committed: the push to the queue follows at once. */
  private record Commits(JobQueue queue, Map<UUID, Long> nanos) implements JobQueue {
    @Override
    public void push(List<Job> jobs) {
      long now = System.nanoTime();
      jobs.forEach(job -> nanos.put(job.id(), now));
      queue.push(jobs);
    }

    @Override
    public void feed(List<Job> jobs) {
      queue.feed(jobs);
    }

    @Override
    public void cancel(Job job) {
      queue.cancel(job);
    }
  }

  /** Connects to the stores of a session, with the settings that its nodes have. */
  Library(Session session, Stand.Db db) {
    var login = new Database.Login(db.jdbcUrl(), db.user(), db.password());
    this.database = new Database(login, 2, 10, Duration.ofSeconds(30));
    this.writer = new JobWriter(database);
    this.redis = new RedisConnection(session.stand().redis().url());
    this.events = new RedisRelay(redis, new EventHub(), false);
    events.start();
    var budget = new RedisBudget(redis, (long) session.options().redisBudget() << 20);
    this.queue =
        new RedisQueue(redis, InstantSource.system(), _ -> Duration.ofMinutes(1), budget, Set.of());
    this.commits = new Commits(queue, new ConcurrentHashMap<>());
    var reasons = new WaitingReasons((_, _) -> OptionalLong.empty(), Turns.Shares.EQUAL);
    this.service = new JobService(database, writer, commits, events, reasons);
  }

  @Override
  public void enqueue(List<NewJob> jobs) {
    service.enqueueAll(jobs);
  }

  /** Enqueues one; when it was committed, on the monotonic clock. */
  long enqueueOne(NewJob job) {
    service.enqueue(job);
    return commits.nanos().getOrDefault(job.id(), 0L);
  }

  /** Forgets the times of commits. */
  void forgetCommits() {
    commits.nanos().clear();
  }

  @Override
  public void close() {
    writer.close();
    events.close();
    queue.close();
    redis.close();
    database.close();
  }
}
