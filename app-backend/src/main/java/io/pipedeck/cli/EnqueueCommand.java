package io.pipedeck.cli;

import io.pipedeck.api.ApiException;
import io.pipedeck.api.EnqueueAnswer;
import io.pipedeck.api.JobView;
import io.pipedeck.api.OnDuplicate;
import io.pipedeck.api.PipedeckClient;
import io.pipedeck.api.Upload;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code enqueue}: sends files, one bad one never holding up the others. */
@Command(
    name = "enqueue",
    description =
        "Send documents to a backend. Exits with 1 if one could not be sent or, with --wait, did not finish.",
    mixinStandardHelpOptions = true)
final class EnqueueCommand implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  @Spec private CommandSpec spec;
  @Mixin private Connection connection;
  @Mixin private DocumentPassword password;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Documents to send.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--queue",
      paramLabel = "QUEUE",
      description = "auto (default), urgent, default, slow.")
  private String queue = "auto";

  @Option(names = "--realm", paramLabel = "REALM", description = "The tenant. Default: none.")
  private @Nullable String realm;

  @Option(
      names = "--on-duplicate",
      paramLabel = "WISH",
      description =
          "If the realm has processed the same content before: again (default, a new job), reuse (that job),"
              + " refuse.")
  private String onDuplicate = "again";

  @Option(names = "--wait", description = "Wait until every job has ended, and say how.")
  private boolean wait;

  private @Nullable String secret;
  private boolean failed;

  static CommandLine commandLine() {
    return new CommandLine(new EnqueueCommand());
  }

  @Override
  public Integer call() throws InterruptedException {
    OnDuplicate wish =
        OnDuplicate.find(onDuplicate)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(), "--on-duplicate is again, reuse or refuse"));
    secret = password.read();
    var bar =
        new ProgressBar(
            spec.commandLine().getErr(),
            Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false));
    try (PipedeckClient client = connection.client()) {
      List<Sent> sent = send(client, bar, wish);
      if (wait) {
        for (Sent job : sent) {
          await(client, job, bar);
        }
      }
    }
    return failed ? Main.FAILED : 0;
  }

  private record Sent(Path file, UUID job) {}

  private List<Sent> send(PipedeckClient client, ProgressBar bar, OnDuplicate wish)
      throws InterruptedException {
    List<Sent> sent = new ArrayList<>();
    for (Path file : files) {
      String name = file.getFileName() == null ? file.toString() : file.getFileName().toString();
      if (!Files.isRegularFile(file)) {
        fail(file + ": is no file");
        continue;
      }
      try {
        var upload =
            new Upload(file, name, queue, realm, UUID.randomUUID().toString(), wish, secret);
        EnqueueAnswer answer =
            client.enqueue(upload, (done, total) -> bar.show(name, "sending", done, total));
        bar.clear();
        out().println(answer.jobId() + "  " + answer.queue() + "  " + name + earlier(answer));
        out().flush();
        sent.add(new Sent(file, answer.jobId()));
      } catch (ApiException e) {
        bar.clear();
        fail(file + ": " + e.getMessage());
      }
    }
    return sent;
  }

  private static String earlier(EnqueueAnswer answer) {
    EnqueueAnswer.Duplicate before = answer.duplicate();
    if (before == null) {
      return "";
    }
    String job = before.jobId().equals(answer.jobId()) ? "this job" : "job " + before.jobId();
    return "  (same content as " + job + " of " + before.at() + ")";
  }

  private void await(PipedeckClient client, Sent sent, ProgressBar bar)
      throws InterruptedException {
    var never = new CountDownLatch(1);
    String name = String.valueOf(sent.file().getFileName());
    while (true) {
      JobView job = client.status(sent.job()).orElse(null);
      if (job == null) {
        fail(sent.job() + ": was deleted");
        return;
      }
      if (job.status().isFinal()) {
        bar.clear();
        tell(job, name);
        return;
      }
      JobView.Progress progress = job.progress();
      bar.show(
          name,
          progress == null ? job.status().wireName() : progress.stage(),
          progress == null ? 0 : progress.percent(),
          100);
      boolean _ = never.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void tell(JobView job, String name) {
    String line = job.id() + "  " + job.status().wireName() + "  " + name;
    switch (job.status()) {
      case FINISHED -> out().println(line);
      default -> fail(line + (job.error() == null ? "" : ": " + job.error()));
    }
    out().flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private void fail(String text) {
    failed = true;
    spec.commandLine().getErr().println(text);
    spec.commandLine().getErr().flush();
  }
}
