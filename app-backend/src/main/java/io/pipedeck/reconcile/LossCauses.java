package io.pipedeck.reconcile;

import io.pipedeck.api.JobView.Progress;
import io.pipedeck.job.Nodes;
import io.pipedeck.job.Rescues.Lost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Why a worker was lost, as far as a survivor can tell: whether its process is gone, stopped or
 * only silent, whether the system's out-of-memory killer has struck meanwhile, and how far the job
 * was.
 */
final class LossCauses {
  private static final Pattern STATE = Pattern.compile("^State:\\s+(\\S)", Pattern.MULTILINE);

  /** Process numbers are used again; one that began later is another one. */
  private static final Duration TOLERANCE = Duration.ofSeconds(30);

  private final String host;

  LossCauses(String host) {
    this.host = host;
  }

  /**
   * The cause in words.
   *
   * @param seen what was last heard of its process, null if nothing is known
   * @param oomKills how often the out-of-memory killer has struck here by now
   */
  String of(Lost lost, Nodes.@Nullable Seen seen, long oomKills) {
    return "Worker "
        + lost.worker()
        + " was lost while it ran this job: "
        + process(seen, oomKills)
        + progress(lost.progress());
  }

  private String process(Nodes.@Nullable Seen seen, long oomKills) {
    if (seen == null) {
      return "it gave no sign of life until its lease ran out.";
    }
    String who = "its process " + seen.pid() + " on " + seen.host();
    if (!seen.host().equals(host)) {
      return who + " gave no sign of life after " + seen.seenAt() + ".";
    }
    Optional<ProcessHandle> process =
        ProcessHandle.of(seen.pid()).filter(handle -> isThatOf(handle, seen));
    String state = stateOf(seen.pid());
    // A zombie: its parent has not collected it yet, as in a container whose first program doesn't.
    if (process.isPresent() && !state.equals("Z")) {
      return state.equals("T")
          ? who + " is stopped by a signal (SIGSTOP)."
          : who + " lives but gave no sign of life after " + seen.seenAt() + ".";
    }
    String killed =
        oomKills > seen.vitals().oomKills()
            ? " The system's out-of-memory killer has struck since; it had %d MiB."
                .formatted(seen.vitals().memoryBytes() >> 20)
            : "";
    return who + " ended without a farewell: killed by a signal, or crashed." + killed;
  }

  private static boolean isThatOf(ProcessHandle handle, Nodes.Seen seen) {
    return handle
        .info()
        .startInstant()
        .map(start -> start.isBefore(seen.startedAt().plus(TOLERANCE)))
        .orElse(true);
  }

  private static String stateOf(long pid) {
    try {
      Matcher state =
          STATE.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "status")));
      return state.find() ? state.group(1) : "";
    } catch (IOException _) {
      return "";
    }
  }

  private static String progress(@Nullable Progress progress) {
    if (progress == null) {
      return "";
    }
    String detail = progress.detail() == null ? "" : ", " + progress.detail();
    return " Last progress: %s %d %%%s at %s."
        .formatted(progress.stage(), progress.percent(), detail, progress.at());
  }
}
