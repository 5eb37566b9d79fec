package io.pipedeck.config;

/** Reads the configuration. */
public final class ConfigLoader {
  private ConfigLoader() {}
}
