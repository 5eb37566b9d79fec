package io.pipedeck.ui.contract;

import io.pipedeck.api.JobStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The stub as a program, to look at the console with: a usual day, and every uploaded document runs
 * through its stages. Ends with its standard input. Arguments: port, file for the token.
 */
public final class StubDemo {
  private static final List<String> STAGES =
      List.of("parse", "clean", "chunk", "embed", "summarise");

  private StubDemo() {}

  /** The program. */
  public static void main(String[] args) throws IOException {
    try (var stub = ContractStub.start(Integer.parseInt(args[0]));
        var timer = Executors.newSingleThreadScheduledExecutor()) {
      Files.writeString(Path.of(args[1]), stub.token());
      if (args.length < 3) {
        Documents.aUsualDay(stub, InstantSource.system().instant());
      }
      stub.onEnqueue(job -> advance(stub, timer, job, 0));
      System.out.println(stub.url());
      while (System.in.read() >= 0) {
        // Until the end.
      }
      timer.shutdownNow();
    }
  }

  private static void advance(
      ContractStub stub, ScheduledExecutorService timer, StubJob job, int step) {
    job.createdAt = step == 0 ? InstantSource.system().instant() : job.createdAt;
    var _ =
        timer.schedule(
            () -> {
              if (job.status == JobStatus.CANCELED) {
                return;
              }
              if (step > STAGES.size() * 3) {
                stub.change(job.id(), Documents::finished);
                return;
              }
              String stage = STAGES.get(Math.min(step / 3, STAGES.size() - 1));
              stub.change(
                  job.id(), Documents.running(stage, Math.min(99, step * 7), "step " + step));
              advance(stub, timer, job, step + 1);
            },
            400,
            TimeUnit.MILLISECONDS);
  }
}
