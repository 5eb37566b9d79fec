package io.pipedeck.app;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which release this is. */
public final class Release {
  /** Such as 0.1.0; written by the build. */
  public static final String VERSION = read();

  private Release() {}

  private static String read() {
    var properties = new Properties();
    try (InputStream in = Release.class.getResourceAsStream("release.properties")) {
      if (in == null) {
        throw new IllegalStateException("release.properties is missing");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("release.properties can't be read", e);
    }
    return properties.getProperty("version");
  }
}
