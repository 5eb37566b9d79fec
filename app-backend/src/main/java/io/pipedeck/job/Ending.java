package io.pipedeck.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.ErrorCode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an attempt ends, to be written under its claim.
 *
 * @param result of a finished attempt, null for none
 * @param code why it did not work; null for attempts that finished or are given back
 * @param error the same in words
 * @param pause before the next attempt; zero unless one follows
 */
public record Ending(
    Claim claim,
    Kind kind,
    @Nullable JsonNode result,
    @Nullable ErrorCode code,
    @Nullable String error,
    Duration pause) {

  /** What becomes of the job. */
  public enum Kind {
    /** Finished, with its result. */
    FINISHED("finished"),
    /** Failed for good. */
    FAILED("failed"),
    /** Scheduled for another attempt. */
    RETRY("retry"),
    /** Queued again, the attempt not counted. */
    GIVEN_BACK("given_back");

    private final String outcome;

    Kind(String outcome) {
      this.outcome = outcome;
    }

    /** As the attempt's row says it. */
    String outcome() {
      return outcome;
    }
  }

  /** The attempt worked. */
  public static Ending finished(Claim claim, @Nullable JsonNode result) {
    return new Ending(claim, Kind.FINISHED, result, null, null, Duration.ZERO);
  }

  /** It failed, and no other one follows. */
  public static Ending failed(Claim claim, ErrorCode code, String error) {
    return new Ending(claim, Kind.FAILED, null, code, error, Duration.ZERO);
  }

  /** It failed, and another one follows after the pause. */
  public static Ending retry(Claim claim, Duration pause, ErrorCode code, String error) {
    return new Ending(claim, Kind.RETRY, null, code, error, pause);
  }

  /** It was not to end: the worker stops. */
  public static Ending givenBack(Claim claim) {
    return new Ending(claim, Kind.GIVEN_BACK, null, null, null, Duration.ZERO);
  }
}
