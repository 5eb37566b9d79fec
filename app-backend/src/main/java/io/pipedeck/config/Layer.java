package io.pipedeck.config;

import java.util.Map;
import java.util.Optional;

/**
 * One place that settings come from.
 *
 * @param form how a setting is named there
 * @param place where it is, in words that a name follows: {@code flag --}
 * @param values what it says, by those names; blank ones count as not said
 */
record Layer(Form form, String place, Map<String, String> values) {
  Layer {
    values = Map.copyOf(values);
  }

  /** How a setting is named. */
  enum Form {
    /** {@code WORKER_DRAIN}. */
    ENVIRONMENT,
    /** {@code worker-drain}. */
    KEY
  }

  /**
   * What was found.
   *
   * @param text as it was written, without the blanks around it
   * @param source in words: {@code environment variable PORT}
   */
  record Found(String text, String source) {}

  Optional<Found> find(Setting<?> setting) {
    String name = form == Form.ENVIRONMENT ? setting.environment() : setting.key();
    String text = values.getOrDefault(name, "").strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(new Found(text, source(name)));
  }

  /** Where a name stands, in words. */
  String source(String name) {
    return place + name;
  }
}
