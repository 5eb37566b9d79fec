package io.pipedeck.ui.layout;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pipedeck.api.Json;
import io.pipedeck.ui.task.Tasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the layout in {@code console.json} of the data folder: written a quiet second after the
 * last change, to a temporary file that then takes the place of the old one. A file that can't be
 * understood is put aside and the console starts as for the first time.
 */
public final class LayoutStore {
  /** The file's name in the data folder. */
  public static final String NAME = "console.json";

  private static final Duration QUIET = Duration.ofSeconds(1);

  private final Path file;
  private final Tasks tasks;
  private Tasks.@Nullable Delayed pending;

  public LayoutStore(Path dataFolder, Tasks tasks) {
    this.file = dataFolder.resolve(NAME);
    this.tasks = tasks;
  }

  /** The layout as it was left; reads the disk. */
  public Layout read() {
    try {
      Layout layout = Json.mapper().readValue(Files.readString(file), Layout.class);
      return layout == null ? Layout.FIRST : layout;
    } catch (NoSuchFileException e) {
      return Layout.FIRST;
    } catch (JsonProcessingException | NullPointerException e) {
      putAside();
      return Layout.FIRST;
    } catch (IOException e) {
      return Layout.FIRST;
    }
  }

  /** Something changed: it is written once it stays as it is for a second. UI thread. */
  public void changed(Supplier<Layout> current) {
    if (pending != null) {
      pending.cancel();
    }
    pending =
        tasks.after(
            QUIET,
            () -> {
              pending = null;
              Layout layout = current.get();
              tasks.run(
                  () -> {
                    write(layout);
                    return layout;
                  });
            });
  }

  /**
   * Writes at once; for the end of the program. A layout that can't be kept is no reason to fail.
   */
  public void writeNow(Layout layout) {
    if (pending != null) {
      pending.cancel();
      pending = null;
    }
    try {
      write(layout);
    } catch (IOException e) {
      System.err.println("The window's layout could not be kept: " + e);
    }
  }

  private synchronized void write(Layout layout) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = Files.createTempFile(file.toAbsolutePath().getParent(), NAME, ".tmp");
    try {
      Files.writeString(
          fresh, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(layout));
      Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private void putAside() {
    try {
      Files.move(file, file.resolveSibling(NAME + ".broken"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      System.err.println("The broken " + file + " could not be put aside: " + e);
    }
  }
}
