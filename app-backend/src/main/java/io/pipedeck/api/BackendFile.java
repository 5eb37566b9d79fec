package io.pipedeck.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How to reach the backend that runs on a data folder: {@code backend.json} in it, mode 0600,
 * written when the backend listens and removed when it stops. A file whose process is gone counts
 * as none.
 *
 * @param url where it listens
 * @param token an admin's bearer token
 * @param pid its process
 */
public record BackendFile(URI url, String token, long pid) {
  /** The file's name in the data folder. */
  public static final String NAME = "backend.json";

  /**
   * The backend that runs on this data folder now, empty if none does.
   *
   * @throws IOException if the file is there and can't be read
   */
  public static Optional<BackendFile> find(Path dataFolder) throws IOException {
    try {
      var file =
          Json.mapper().readValue(Files.readString(dataFolder.resolve(NAME)), BackendFile.class);
      return ProcessHandle.of(file.pid()).filter(ProcessHandle::isAlive).map(_ -> file);
    } catch (NoSuchFileException | JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
