package io.pipedeck.config;

import io.pipedeck.api.DataFolder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Everything the configuration is read from.
 *
 * @param environment the process's environment
 * @param flags settings given on the command line, by their key without dashes: {@code port}
 * @param workingDirectory where {@code .env} and {@code pipedeck.properties} are looked for, and
 *     what relative paths count from
 * @param home the data folder, where both files are looked for too
 */
public record ConfigSources(
    Map<String, String> environment, Map<String, String> flags, Path workingDirectory, Path home) {

  public ConfigSources {
    environment = Map.copyOf(environment);
    flags = Map.copyOf(flags);
    workingDirectory = workingDirectory.toAbsolutePath().normalize();
    home = home.toAbsolutePath().normalize();
  }

  /** The sources of this process; the flag {@code home} counts more than its environment. */
  public static ConfigSources ofProcess(Map<String, String> flags) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    if (!flags.getOrDefault(Settings.HOME.key(), "").isBlank()) {
      environment.put(Settings.HOME.environment(), flags.get(Settings.HOME.key()));
    }
    Path home =
        DataFolder.locate(
            environment, System.getProperty("os.name"), System.getProperty("user.home"));
    return new ConfigSources(environment, flags, Path.of(""), home);
  }

  /** Lengths only: the environment holds secrets. */
  @Override
  public String toString() {
    return "ConfigSources[environment="
        + environment.size()
        + " variables, flags="
        + flags.keySet()
        + ", workingDirectory="
        + workingDirectory
        + ", home="
        + home
        + "]";
  }
}
