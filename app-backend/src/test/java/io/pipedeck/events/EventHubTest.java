package io.pipedeck.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.pipedeck.api.JobEvent;
import io.pipedeck.api.JobStatus;
import io.pipedeck.events.Subscription.Frame;
import io.pipedeck.job.JobEvents.Change;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventHubTest {
  private static final UUID ONE = UUID.randomUUID();
  private static final UUID TWO = UUID.randomUUID();

  private final EventHub hub = new EventHub();

  @Test
  void ofAJobThatChangedOftenOnlyTheNewestIsHeard() throws Exception {
    try (var watcher = hub.subscribe(null)) {
      hub.changed(List.of(change(ONE, 1), change(TWO, 1)));
      hub.changed(List.of(change(ONE, 3)));
      hub.changed(List.of(change(ONE, 2)));

      assertThat(jobs(watcher).events())
          .extracting(JobEvent::id, JobEvent::rev)
          .containsExactly(tuple(ONE, 3L), tuple(TWO, 1L));
      assertThat(next(watcher)).isInstanceOf(Frame.Nothing.class);
    }
  }

  @Test
  void eachWatcherHearsEverything() throws Exception {
    try (var first = hub.subscribe(null);
        var second = hub.subscribe(null)) {
      hub.changed(List.of(change(ONE, 1)));

      assertThat(jobs(first).events()).isEqualTo(jobs(second).events()).hasSize(1);
    }
  }

  @Test
  void aWatcherGoesOnWhereItsConnectionBroke() throws Exception {
    String heard = heardUpTo(change(ONE, 1));
    hub.changed(List.of(change(ONE, 2)));
    hub.changed(List.of(change(TWO, 1)));

    try (var again = hub.subscribe(heard)) {
      assertThat(jobs(again).events())
          .extracting(JobEvent::id, JobEvent::rev)
          .containsExactly(tuple(ONE, 2L), tuple(TWO, 1L));
    }
  }

  @Test
  void aWatcherThatMissedNothingHearsNothing() throws Exception {
    String heard = heardUpTo(change(ONE, 1));

    try (var again = hub.subscribe(heard)) {
      assertThat(next(again)).isInstanceOf(Frame.Nothing.class);
    }
  }

  @Test
  void anIdThatIsNotKnownResets() throws Exception {
    String heard = heardUpTo(change(ONE, 1));
    for (String id :
        List.of("", "x", "00000000-1", heard + "9", heard + "999999999999999999", "another-1")) {
      try (var watcher = hub.subscribe(id)) {
        assertThat(next(watcher)).as(id).isInstanceOf(Frame.Reset.class);
      }
    }
  }

  @Test
  void whoWasAwayTooLongIsReset() throws Exception {
    String heard = heardUpTo(change(ONE, 1));
    for (int i = 0; i < 5; i++) {
      hub.changed(IntStream.range(0, 1_000).mapToObj(_ -> change(UUID.randomUUID(), 1)).toList());
    }

    try (var again = hub.subscribe(heard)) {
      assertThat(next(again)).isInstanceOf(Frame.Reset.class);
    }
  }

  @Test
  void aSlowWatcherIsResetInsteadOfFillingTheMemory() throws Exception {
    try (var slow = hub.subscribe(null)) {
      hub.changed(IntStream.range(0, 2_001).mapToObj(_ -> change(UUID.randomUUID(), 1)).toList());
      hub.changed(List.of(change(ONE, 1)));

      assertThat(next(slow)).isInstanceOf(Frame.Reset.class);
      assertThat(jobs(slow).events()).extracting(JobEvent::id).containsExactly(ONE);
    }
  }

  @Test
  void aResetReachesThoseWhoWatchAndThoseWhoComeBack() throws Exception {
    try (var watcher = hub.subscribe(null)) {
      hub.changed(List.of(change(ONE, 1)));
      String heard = jobs(watcher).eventId();

      hub.resetAll();

      assertThat(next(watcher)).isInstanceOf(Frame.Reset.class);
      try (var again = hub.subscribe(heard)) {
        assertThat(next(again)).isInstanceOf(Frame.Reset.class);
      }
    }
  }

  @Test
  void aWaitingWatcherIsWokenByAnEventAndByTheEnd() throws Exception {
    try (var watcher = hub.subscribe(null)) {
      Thread.ofVirtual().start(() -> hub.changed(List.of(change(ONE, 1))));
      assertThat(watcher.next(Duration.ofSeconds(20))).isInstanceOf(Frame.Jobs.class);

      Thread.ofVirtual().start(hub::close);
      assertThat(watcher.next(Duration.ofSeconds(20))).isInstanceOf(Frame.End.class);
    }
    try (var late = hub.subscribe(null)) {
      assertThat(next(late)).isInstanceOf(Frame.End.class);
    }
  }

  private String heardUpTo(Change change) throws InterruptedException {
    try (var watcher = hub.subscribe(null)) {
      hub.changed(List.of(change));
      return jobs(watcher).eventId();
    }
  }

  private static Frame next(Subscription watcher) throws InterruptedException {
    return watcher.next(Duration.ZERO);
  }

  private static Frame.Jobs jobs(Subscription watcher) throws InterruptedException {
    Frame frame = next(watcher);
    assertThat(frame).isInstanceOf(Frame.Jobs.class);
    return (Frame.Jobs) frame;
  }

  static Change change(UUID id, long rev) {
    return change(id, rev, null);
  }

  static Change change(UUID id, long rev, @Nullable String realm) {
    return new Change(realm, new JobEvent(id, rev, JobStatus.QUEUED, null, null));
  }
}
