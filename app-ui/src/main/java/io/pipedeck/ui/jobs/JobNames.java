package io.pipedeck.ui.jobs;

import io.pipedeck.api.JobView;

/** What a job is called on the screen. */
public final class JobNames {
  private JobNames() {}

  /** The document's name; for rows of other programs, which may have none, the id. */
  public static String of(JobView job) {
    String name = job.filename();
    if (name != null) {
      return name;
    }
    var payload = job.payload();
    String sent = payload == null ? "" : payload.path("filename").asText("");
    return sent.isEmpty() ? job.id().toString() : sent;
  }
}
