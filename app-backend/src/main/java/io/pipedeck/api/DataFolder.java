package io.pipedeck.api;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Where Pipedeck keeps a user's data: {@code PIPEDECK_HOME}, else the usual place of the operating
 * system.
 */
public final class DataFolder {
  private DataFolder() {}

  /**
   * The data folder, not necessarily there yet.
   *
   * @param environment the process's environment
   * @param osName as the system property {@code os.name}
   * @param userHome as the system property {@code user.home}
   */
  public static Path locate(Map<String, String> environment, String osName, String userHome) {
    String given = environment.getOrDefault("PIPEDECK_HOME", "");
    if (!given.isBlank()) {
      return Path.of(given).toAbsolutePath().normalize();
    }
    String os = osName.toLowerCase(Locale.ROOT);
    if (os.startsWith("windows")) {
      String local = environment.getOrDefault("LOCALAPPDATA", "");
      return (local.isBlank() ? Path.of(userHome, "AppData", "Local") : Path.of(local))
          .resolve("Pipedeck");
    }
    if (os.startsWith("mac")) {
      return Path.of(userHome, "Library", "Application Support", "Pipedeck");
    }
    // XDG Base Directory Specification 0.8: a relative path is invalid and ignored.
    String xdg = environment.getOrDefault("XDG_DATA_HOME", "");
    boolean usable = !xdg.isBlank() && Path.of(xdg).isAbsolute();
    return (usable ? Path.of(xdg) : Path.of(userHome, ".local", "share")).resolve("pipedeck");
  }
}
