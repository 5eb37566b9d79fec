package io.pipedeck.bench;

import io.pipedeck.api.Json;
import io.pipedeck.job.JobTests;
import io.pipedeck.job.NewJob;
import java.util.List;
import java.util.stream.IntStream;

/** Jobs to enqueue. */
final class Jobs {
  private Jobs() {}

  static NewJob of(String function) {
    return JobTests.aJob().ofRealm("bench").running(function).build();
  }

  static List<NewJob> of(String function, int count) {
    return IntStream.range(0, count).mapToObj(_ -> of(function)).toList();
  }

  /** A job that waits this long. */
  static NewJob sleeping(String function, long millis) {
    var payload = Json.mapper().createObjectNode().put("millis", millis);
    return JobTests.aJob().ofRealm("bench").running(function).with(payload).build();
  }
}
