package io.pipedeck.config;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of the table of settings: reading, the mistakes and {@code docs/configuration.md} come
 * from it.
 *
 * @param key in {@code pipedeck.properties} and, after two dashes, on the command line
 * @param environment the name in the environment and in {@code .env}
 * @param component what it feeds in the tree of {@link Config}: {@code worker.concurrency}
 * @param kind what it takes
 * @param preset the default as one would write it, null where there is none
 * @param secret whether its value must never be shown
 * @param meaning one line for the table
 */
public record Setting<T>(
    String key,
    String environment,
    String component,
    Kind<T> kind,
    @Nullable String preset,
    boolean secret,
    String meaning) {

  /** A setting without a default, with the environment name that follows from its key. */
  static <T> Setting<T> of(String key, String component, Kind<T> kind, String meaning) {
    String environment = key.toUpperCase(Locale.ROOT).replace('-', '_');
    return new Setting<>(key, environment, component, kind, null, false, meaning);
  }

  Setting<T> preset(String text) {
    return new Setting<>(key, environment, component, kind, text, secret, meaning);
  }

  Setting<T> environment(String name) {
    return new Setting<>(key, name, component, kind, preset, secret, meaning);
  }

  Setting<T> asSecret() {
    return new Setting<>(key, environment, component, kind, preset, true, meaning);
  }

  /** The default, empty where there is none. */
  Optional<T> presetValue() {
    return Optional.ofNullable(preset).map(kind.reader()::read);
  }
}
