package io.pipedeck.ui.backend;

import io.pipedeck.api.BackendFile;
import java.time.Duration;

/** Hears how the bundled backend is. Called on the supervisor's thread, one call at a time. */
public interface BackendListener {
  /** A backend is being started; its lines follow. */
  void starting();

  /** A line of what the starting or running backend prints. */
  void printed(String line);

  /** It runs and can be reached. */
  void ready(BackendFile backend);

  /** It ended, and is started again after the pause. */
  void ended(String why, Duration restartIn);

  /** It could not be started; it is tried again only when asked. */
  void failed(String why);
}
