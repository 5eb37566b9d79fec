package io.pipedeck.app;

import io.pipedeck.api.AppException;
import io.pipedeck.api.BackendFile;
import java.nio.file.Path;
import java.util.Optional;

/** Another backend runs on this data folder. */
public final class AlreadyRunningException extends AppException {
  AlreadyRunningException(Path home, Optional<BackendFile> running) {
    super(
        "A backend already runs on the data folder "
            + home
            + running
                .map(file -> ": " + file.url() + " (process " + file.pid() + ")")
                .orElse(", or is just starting")
            + ". Use it, or set PIPEDECK_HOME to another folder for a second one.",
        null);
  }
}
