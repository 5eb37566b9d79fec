package io.pipedeck.ui.jobs;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.JobStatus;
import io.pipedeck.api.JobView;
import io.pipedeck.ui.text.JobWords;
import io.pipedeck.ui.text.Texts;

/** One line about where a job stands. */
final class JobOutcome {
  private final Texts texts;
  private final JobWords words;

  JobOutcome(Texts texts, JobWords words) {
    this.texts = texts;
    this.words = words;
  }

  /** Stage and percent, what it waits for, what came of it, or what went wrong. */
  String line(JobView job) {
    return switch (job.status()) {
      case RUNNING -> running(job);
      case QUEUED, SCHEDULED -> job.waiting() == null ? "" : words.waiting(job.waiting());
      case FINISHED -> job.resultSummary() == null ? "" : oneLine(job.resultSummary());
      case FAILED -> failed(job);
      case CANCELED -> "";
    };
  }

  /** The same with room: a failure as a sentence, and under it what the server said of it. */
  String inFull(JobView job) {
    ErrorCode code = job.status() == JobStatus.FAILED ? job.errorCode() : null;
    String line = code == null ? line(job) : words.errorTitle(code);
    return job.error() == null ? line : line + "\n" + job.error();
  }

  private String running(JobView job) {
    JobView.Progress progress = job.progress();
    return progress == null
        ? texts.get("jobs.progress.starting")
        : texts.format("jobs.progress.stage", words.stage(progress.stage()), progress.percent());
  }

  private String failed(JobView job) {
    ErrorCode code = job.errorCode();
    if (code != null) {
      return words.errorShort(code);
    }
    return job.error() == null ? "" : oneLine(job.error());
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
