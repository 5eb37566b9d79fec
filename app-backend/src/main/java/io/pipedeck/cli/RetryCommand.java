package io.pipedeck.cli;

import io.pipedeck.api.ApiException;
import io.pipedeck.api.JobView;
import io.pipedeck.api.PipedeckClient;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code retry}: puts jobs back on their queues, with the password of their document if needed. */
@Command(
    name = "retry",
    description =
        "Put failed or canceled jobs back on their queues. Exits with 1 if one could not be.",
    mixinStandardHelpOptions = true)
final class RetryCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private Connection connection;
  @Mixin private DocumentPassword password;

  @Parameters(paramLabel = "JOB", arity = "1..*", description = "Ids of the jobs.")
  private List<UUID> jobs = new ArrayList<>();

  static CommandLine commandLine() {
    return new CommandLine(new RetryCommand());
  }

  @Override
  public Integer call() throws InterruptedException {
    String secret = password.read();
    int exit = 0;
    try (PipedeckClient client = connection.client()) {
      for (UUID id : jobs) {
        exit = retry(client, id, secret) ? exit : Main.FAILED;
      }
    }
    return exit;
  }

  private boolean retry(PipedeckClient client, UUID id, @Nullable String secret)
      throws InterruptedException {
    try {
      JobView job = secret == null ? client.retry(id, null) : client.retry(id, null, secret);
      spec.commandLine().getOut().println(id + "  " + job.status().wireName());
      spec.commandLine().getOut().flush();
      return true;
    } catch (ApiException e) {
      spec.commandLine().getErr().println(id + ": " + e.getMessage());
      spec.commandLine().getErr().flush();
      return false;
    }
  }
}
