package io.pipedeck.ui.backend;

import io.pipedeck.api.BackendFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a backend running on a data folder: uses the one that runs there, else starts one, and
 * again when it ends. Two consoles on one folder use the same backend: whoever starts one holds a
 * lock meanwhile. One thread, which sleeps until something happens.
 */
public final class BackendSupervisor implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  /** How often the folder is looked at while a backend starts; file events differ by system. */
  private static final long LOOK_MILLIS = 100;

  private final Path dataFolder;
  private final List<String> command;
  private final BackendListener listener;
  private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean closed;
  private @Nullable BackendProcess own;

  private enum Signal {
    ENDED,
    TRY_NOW,
    CLOSE
  }

  /**
   * A supervisor of the backend on {@code dataFolder}; nothing happens before {@link #start}.
   *
   * @param command starts a backend, see {@link BackendCommand}
   */
  public BackendSupervisor(Path dataFolder, List<String> command, BackendListener listener) {
    this.dataFolder = dataFolder;
    this.command = List.copyOf(command);
    this.listener = listener;
    this.thread = Thread.ofPlatform().name("pipedeck-supervisor").daemon().unstarted(this::run);
  }

  /** Begins. */
  public void start() {
    thread.start();
  }

  /** Starts the backend now instead of after the pause, or again after it could not start. */
  public void tryNow() {
    signals.add(Signal.TRY_NOW);
  }

  /** Lets a backend of our own stop, and returns; it may need some seconds to finish its work. */
  @Override
  public void close() {
    closed = true;
    signals.add(Signal.CLOSE);
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    boolean ranBefore = false;
    try {
      while (!closed) {
        Attempt attempt = attachOrStart();
        if (attempt.backend() != null) {
          ranBefore = true;
          pause = FIRST_PAUSE;
          listener.ready(attempt.backend());
          waitForEnd(attempt.backend());
        }
        if (closed) {
          break;
        }
        if (!ranBefore) {
          listener.failed(attempt.why());
          waitForTryNow();
          continue;
        }
        listener.ended(attempt.why(), pause);
        signals.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
        pause = longer(pause);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      stopOwn();
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /** What came of looking for a backend; {@code why} is what it said last where there is none. */
  private record Attempt(@Nullable BackendFile backend, String why) {}

  private Attempt attachOrStart() throws InterruptedException {
    try {
      Optional<BackendFile> running = BackendFile.find(dataFolder);
      if (running.isPresent()) {
        return new Attempt(running.get(), "");
      }
      Files.createDirectories(dataFolder);
      try (var channel =
          FileChannel.open(
              dataFolder.resolve("console-start.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        // Another console may start one while this one waits for its turn.
        Optional<BackendFile> meanwhile = waitForTurn(channel);
        return meanwhile.isPresent() ? new Attempt(meanwhile.get(), "") : startOne();
      }
    } catch (IOException e) {
      String message = e.getMessage();
      return new Attempt(null, message == null ? e.toString() : message);
    }
  }

  /** Returns with the lock held, which goes with the channel, or with a backend that came. */
  private Optional<BackendFile> waitForTurn(FileChannel channel)
      throws IOException, InterruptedException {
    while (!closed && !isLocked(channel)) {
      Optional<BackendFile> running = BackendFile.find(dataFolder);
      if (running.isPresent()) {
        return running;
      }
      signals.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
    return BackendFile.find(dataFolder);
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      // Held within this process.
      return false;
    }
  }

  private Attempt startOne() throws IOException, InterruptedException {
    listener.starting();
    signals.removeIf(signal -> signal == Signal.ENDED);
    var process = BackendProcess.start(command, dataFolder, listener::printed);
    own = process;
    process.onExit(() -> signals.add(Signal.ENDED));
    while (!closed) {
      Optional<BackendFile> ready = BackendFile.find(dataFolder);
      if (ready.isPresent()) {
        return new Attempt(ready.get(), "");
      }
      Signal signal = signals.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      if (signal == Signal.ENDED || !process.isAlive()) {
        // It may have found one that runs already, and gone.
        return new Attempt(BackendFile.find(dataFolder).orElse(null), process.lastWords());
      }
    }
    return new Attempt(null, "");
  }

  private void waitForEnd(BackendFile backend) throws InterruptedException {
    ProcessHandle.of(backend.pid())
        .ifPresentOrElse(
            handle -> {
              var _ = handle.onExit().thenRun(() -> signals.add(Signal.ENDED));
            },
            () -> signals.add(Signal.ENDED));
    while (!closed && ProcessHandle.of(backend.pid()).map(ProcessHandle::isAlive).orElse(false)) {
      signals.take();
    }
    signals.removeIf(signal -> signal != Signal.CLOSE);
  }

  private void waitForTryNow() throws InterruptedException {
    while (!closed && signals.take() == Signal.ENDED) {
      // The end of the process that has just been told about.
    }
  }

  private void stopOwn() {
    BackendProcess mine = own;
    if (mine != null) {
      mine.askToStop();
    }
  }
}
