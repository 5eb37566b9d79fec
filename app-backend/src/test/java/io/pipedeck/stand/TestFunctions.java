package io.pipedeck.stand;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.ErrorCode;
import io.pipedeck.api.Json;
import io.pipedeck.document.ProcessDocument;
import io.pipedeck.job.Job;
import io.pipedeck.worker.JobContext;
import io.pipedeck.worker.JobFailure;
import io.pipedeck.worker.JobFunctions;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Job functions that cost nothing but time. */
public final class TestFunctions {
  /** Does nothing. */
  public static final String NOOP = "test.noop";

  /** Tells when it started, by this machine's monotonic clock, which all its processes share. */
  public static final String CLOCK = "test.clock";

  /** Waits as many milliseconds as its payload's {@code millis} says. */
  public static final String SLEEP = "test.sleep";

  /** In a document's name: how long its job takes, and how many of its attempts fail. */
  private static final Pattern HINT = Pattern.compile("-(\\d+)ms-(\\d)fails");

  private TestFunctions() {}

  static void register(JobFunctions functions) {
    functions.register(NOOP, _ -> null);
    functions.register(CLOCK, _ -> Map.of("started_nanos", System.nanoTime()));
    functions.register(
        SLEEP,
        context -> {
          Pause.of(Duration.ofMillis(payload(context.job()).path("millis").asLong()));
          return null;
        });
    functions.register(ProcessDocument.FUNCTION, TestFunctions::document);
  }

  private static JsonNode payload(Job job) {
    JsonNode payload = job.payload();
    return payload == null ? Json.mapper().createObjectNode() : payload;
  }

  /** Stands for the pipeline: takes the time that the document's name asks for. */
  private static Map<String, String> document(JobContext context) throws Exception {
    Job job = context.job();
    String name = payload(job).path("filename").asText();
    Matcher hint = HINT.matcher(name);
    if (hint.find()) {
      Pause.of(Duration.ofMillis(Long.parseLong(hint.group(1))));
      if (job.attempt() <= Integer.parseInt(hint.group(2))) {
        throw new JobFailure(
            ErrorCode.INTERNAL_ERROR, "asked to fail", new IllegalStateException(name));
      }
    }
    return Map.of("document", name);
  }
}
