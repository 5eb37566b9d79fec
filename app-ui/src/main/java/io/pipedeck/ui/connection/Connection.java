package io.pipedeck.ui.connection;

import io.pipedeck.api.ApiException;
import io.pipedeck.api.EventStream;
import io.pipedeck.api.PipedeckClient;
import io.pipedeck.api.Problem;
import io.pipedeck.ui.task.Problems;
import io.pipedeck.ui.task.Tasks;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/**
 * The line to the backend. Events drive the screens; while the stream is down and calls still work,
 * it asks every two seconds instead. All methods but {@link #client} belong to the UI thread.
 */
public final class Connection implements AutoCloseable {
  private static final Duration POLL_EVERY = Duration.ofSeconds(2);

  /** Three heartbeats: a line that is silent for so long is dead, though nobody closed it. */
  private static final Duration SILENCE = Duration.ofSeconds(45);

  private final Tasks tasks;
  private final InstantSource clock;
  private final List<LiveListener> listeners = new CopyOnWriteArrayList<>();
  private final ReadOnlyObjectWrapper<ConnectionState> state =
      new ReadOnlyObjectWrapper<>(new ConnectionState.Connecting());
  private final ReadOnlyObjectWrapper<@Nullable Instant> lastContact =
      new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<@Nullable URI> server = new ReadOnlyObjectWrapper<>();
  private Runnable retry = () -> {};
  private volatile @Nullable PipedeckClient client;
  private @Nullable EventStream stream;
  private Tasks.@Nullable Delayed poll;
  private Tasks.@Nullable Delayed silence;
  private int generation;
  private int probes;

  public Connection(Tasks tasks, InstantSource clock) {
    this.tasks = tasks;
    this.clock = clock;
  }

  /**
   * The client to call; for work beside the UI thread.
   *
   * @throws ApiException if there is no backend yet
   */
  public PipedeckClient client() {
    PipedeckClient current = client;
    if (current == null) {
      throw new ApiException(
          Problems.local("unreachable", "There is no connection to a backend yet."));
    }
    return current;
  }

  /** Uses the backend at {@code url} from now on, in place of one used before. */
  public void connect(URI url, @Nullable String token) {
    closeLine();
    client = new PipedeckClient(url, token);
    server.set(url);
    open();
  }

  /** The backend is known to be gone; whoever brings it back calls {@link #connect} again. */
  public void lost(Problem cause, Duration nextTryIn) {
    closeLine();
    toLost(cause, nextTryIn);
  }

  /** What {@link #tryNow} does while the backend is gone, in place of opening the line again. */
  public void onTryNow(Runnable action) {
    retry = action;
  }

  /** Tries at once instead of when the pause is over. */
  public void tryNow() {
    if (client == null) {
      retry.run();
    } else {
      reopen();
    }
  }

  /** Opens the line to the same backend again. */
  public void reopen() {
    if (client != null) {
      closeStream();
      open();
    }
  }

  /** Hears of changes from now on. */
  public void listen(LiveListener listener) {
    listeners.add(listener);
  }

  /** A call worked: what is shown is of this moment. */
  public void touched() {
    lastContact.set(clock.instant());
  }

  public ReadOnlyObjectProperty<ConnectionState> stateProperty() {
    return state.getReadOnlyProperty();
  }

  /** When the backend last answered or told something; null before that. */
  public ReadOnlyObjectProperty<@Nullable Instant> lastContactProperty() {
    return lastContact.getReadOnlyProperty();
  }

  /** The backend in use, null before there is one. */
  public ReadOnlyObjectProperty<@Nullable URI> serverProperty() {
    return server.getReadOnlyProperty();
  }

  @Override
  public void close() {
    closeLine();
  }

  private void open() {
    int mine = ++generation;
    stream = client().events(new Ears(tasks, action -> inGeneration(mine, action)));
  }

  private void inGeneration(int mine, java.util.function.Consumer<Connection> action) {
    if (mine == generation) {
      action.accept(this);
    }
  }

  void streamStands() {
    stopPolling();
    signOfLife();
    state.set(new ConnectionState.Live());
    listeners.forEach(LiveListener::readAgain);
  }

  /** The stream lives; without another sign for a while it is given up and opened again. */
  void signOfLife() {
    touched();
    stopListeningForSilence();
    silence = tasks.after(SILENCE, this::wentSilent);
  }

  private void wentSilent() {
    closeStream();
    var why = Problems.local("unreachable", "Nothing was heard for " + SILENCE.toSeconds() + " s.");
    probe(why, Duration.ZERO);
    open();
  }

  private void stopListeningForSilence() {
    Tasks.Delayed pending = silence;
    if (pending != null) {
      pending.cancel();
      silence = null;
    }
  }

  void heard(java.util.function.Consumer<LiveListener> event) {
    touched();
    listeners.forEach(event);
  }

  void streamBroke(Problem cause, Duration retryIn) {
    stopPolling();
    stopListeningForSilence();
    probe(cause, retryIn);
  }

  /** Finds out whether only the stream is down, or everything. */
  private void probe(Problem cause, Duration retryIn) {
    int mine = ++probes;
    tasks
        .run(() -> client().queues())
        .onSuccess(_ -> ifLatest(mine, () -> toPolling(cause)))
        .onFailure(_ -> ifLatest(mine, () -> toLost(cause, retryIn)));
  }

  /** An answer that comes after the stream stands again, or the line was closed, is dropped. */
  private void ifLatest(int probe, Runnable action) {
    if (probe == probes) {
      action.run();
    }
  }

  private void toPolling(Problem cause) {
    touched();
    state.set(new ConnectionState.Polling(cause));
    listeners.forEach(LiveListener::readAgain);
    poll = tasks.after(POLL_EVERY, () -> probe(cause, POLL_EVERY));
  }

  private void toLost(Problem cause, Duration nextTryIn) {
    Instant now = clock.instant();
    Instant known = lastContact.get();
    state.set(new ConnectionState.Lost(cause, known == null ? now : known, now.plus(nextTryIn)));
  }

  private void stopPolling() {
    probes++;
    Tasks.Delayed pending = poll;
    if (pending != null) {
      pending.cancel();
      poll = null;
    }
  }

  private void closeStream() {
    generation++;
    stopPolling();
    stopListeningForSilence();
    EventStream current = stream;
    if (current != null) {
      current.close();
      stream = null;
    }
  }

  private void closeLine() {
    closeStream();
    PipedeckClient current = client;
    if (current != null) {
      client = null;
      current.close();
    }
  }
}
