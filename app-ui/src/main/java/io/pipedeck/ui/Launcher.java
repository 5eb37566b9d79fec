package io.pipedeck.ui;

import io.pipedeck.api.DataFolder;
import java.nio.file.Path;

/** Starts the console. Not an {@code Application} itself: JavaFX then needs no module path. */
public final class Launcher {
  private Launcher() {}

  /** The program. */
  public static void main(String[] args) {
    Path home =
        DataFolder.locate(
            System.getenv(), System.getProperty("os.name"), System.getProperty("user.home"));
    System.out.println("Pipedeck keeps its data in " + home);
  }
}
