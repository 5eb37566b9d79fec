package io.pipedeck.pipeline;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The steps of the pipeline, in their order. */
public enum Stage {
  PARSE,
  CLEAN,
  CHUNK,
  EMBED,
  SUMMARISE;

  /** The name in JSON: lower case. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
