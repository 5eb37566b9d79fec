package io.pipedeck.job;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import java.util.UUID;

/**
 * Makes the ids of jobs: UUIDv7 (RFC 9562), so that new rows stay at the right end of the index.
 */
public final class Ids {
  private static final TimeBasedEpochRandomGenerator GENERATOR =
      Generators.timeBasedEpochRandomGenerator();

  private Ids() {}

  /** A fresh id. */
  public static UUID next() {
    return GENERATOR.generate();
  }
}
