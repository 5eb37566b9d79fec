package io.pipedeck.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The real Python RQ on one Redis. Its scripts know {@code r} (the connection), {@code q} (the
 * queue default with the JSON serializer), {@code fetch(id)}, and print what the test asks for.
 */
public final class PythonRq {
  private static final String PYTHON = "/usr/bin/python3";
  private static final String JSON = "rq.serializers.JSONSerializer";
  private static final boolean HERE = isHere();

  private static final String BEFORE =
      """
      import sys, json, time, redis
      from datetime import timedelta
      from rq import Queue, Worker, Retry
      from rq.job import Job, Dependency
      from rq.serializers import JSONSerializer
      from rq.command import send_stop_job_command, send_shutdown_command, send_kill_horse_command, send_command
      from rq.registry import *
      r = redis.from_url(sys.argv[1])
      args = sys.argv[2:]
      q = Queue('default', connection=r, serializer=JSONSerializer)
      def fetch(id):
          return Job.fetch(id, connection=r, serializer=JSONSerializer)
      """;

  private final URI redis;

  public PythonRq(URI redis) {
    this.redis = redis;
  }

  private static boolean isHere() {
    try {
      return Files.isExecutable(Path.of(PYTHON))
          && new ProcessBuilder(PYTHON, "-c", "import rq; assert rq.VERSION == '1.13.0'")
                  .redirectErrorStream(true)
                  .start()
                  .waitFor()
              == 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Skips the test with a message where RQ isn't installed. */
  public static void assumeHere() {
    assumeTrue(HERE, "no python3-rq 1.13: the tests against the real RQ are skipped");
  }

  /** Runs Python code; what it printed, without the last line end. */
  public String python(String code, String... args) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(PYTHON, "-c", BEFORE + code, redis.toString()));
    words.addAll(List.of(args));
    return run(words).stripTrailing();
  }

  /** Runs {@code rq …} on this Redis, with the JSON serializer where that is a choice. */
  public String rq(String command, String... more) throws IOException, InterruptedException {
    List<String> words = rqWords(command);
    words.addAll(List.of(more));
    return run(words);
  }

  /** Starts a real worker; whoever does ends it. */
  public Process worker(Path path, String... more) throws IOException {
    List<String> words = rqWords("worker");
    words.addAll(List.of("-S", JSON, "-P", path.toString()));
    words.addAll(List.of(more));
    return new ProcessBuilder(words)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Lets a real worker run what waits on these queues. */
  public void burst(Path path, String... queues) throws IOException, InterruptedException {
    List<String> words = rqWords("worker");
    words.addAll(List.of("-b", "-S", JSON, "-P", path.toString()));
    words.addAll(List.of(queues));
    run(words);
  }

  private List<String> rqWords(String command) {
    return new ArrayList<>(List.of(PYTHON, "-m", "rq.cli", command, "-u", redis.toString()));
  }

  private static String run(List<String> words) throws IOException, InterruptedException {
    Path output = Files.createTempFile("rq", ".out");
    Path errors = Files.createTempFile("rq", ".err");
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .start();
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      process.destroyForcibly();
      String said = Files.readString(errors, StandardCharsets.UTF_8);
      assertThat(ended).as("%s ended; it said %s", words, said).isTrue();
      assertThat(process.exitValue()).as("%s said %s", words, said).isZero();
      return Files.readString(output, StandardCharsets.UTF_8);
    } finally {
      Files.delete(output);
      Files.delete(errors);
    }
  }
}
