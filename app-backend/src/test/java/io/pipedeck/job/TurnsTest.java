package io.pipedeck.job;

import static io.pipedeck.job.JobTests.aJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.job.Backlog.Place;
import io.pipedeck.job.Turns.Shares;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final UUID FIRST = new UUID(0, 0);
  private static final Map<String, Integer> NOBODY = Map.of();

  @Test
  void allRealmsHaveAsManyTurns() {
    var turns = new Turns(Shares.EQUAL);

    assertThat(turns.next("default", List.of("", "a", "b"), 9, NOBODY))
        .containsExactlyInAnyOrder(start("", 3), start("a", 3), start("b", 3));
  }

  @Test
  void nobodyIsLeftOutWhereThereAreFewerTurnsThanRealms() {
    var turns = new Turns(Shares.EQUAL);

    assertThat(turns.next("default", List.of("a", "b", "c"), 1, NOBODY))
        .extracting(Place::realm, Place::most)
        .as("each is asked, for one may have nothing any more")
        .hasSize(3);
  }

  @Test
  void aRealmHasTurnsAsItsWeightSays() {
    var turns = new Turns(new Shares(Map.of("a", 3), Map.of()));

    assertThat(mosts(turns.next("default", List.of("a", "b"), 8, NOBODY)))
        .isEqualTo(Map.of("a", 6, "b", 2));
  }

  @Test
  void aRealmRunsNoMoreThanItsLimit() {
    var shares = new Shares(Map.of(), Map.of("a", 5, "", 2));
    var turns = new Turns(shares);
    List<String> realms = List.of("", "a", "b");

    assertThat(mosts(turns.next("default", realms, 30, Map.of("a", 1))))
        .isEqualTo(Map.of("", 2, "a", 4, "b", 10));
    assertThat(mosts(turns.next("default", realms, 30, Map.of("a", 5, "", 1))))
        .as("one without a free place isn't asked for")
        .isEqualTo(Map.of("", 1, "b", 10));
    assertThat(mosts(turns.next("default", List.of("a"), 30, Map.of("a", 9)))).isEmpty();
    assertThat(shares.isLimited("a")).isTrue();
    assertThat(shares.isLimited(null)).isTrue();
    assertThat(shares.isLimited("b")).isFalse();
  }

  /** One slot that becomes free after the other, as it is while all are busy. */
  @Test
  void withOneFreeSlotAtATimeRealmsTakeTurnsToo() {
    var turns = new Turns(new Shares(Map.of("c", 2), Map.of()));
    Map<String, Integer> had = new HashMap<>();

    for (int n = 0; n < 40; n++) {
      String realm = turns.next("default", List.of("a", "b", "c"), 1, NOBODY).getFirst().realm();
      turns.took(List.of(job(realm, n)));
      had.merge(realm, 1, Integer::sum);
    }

    assertThat(had).isEqualTo(Map.of("a", 10, "b", 10, "c", 20));
  }

  @Test
  void aRealmThatComesLateHasNoTurnsToMakeUpFor() {
    var turns = new Turns(Shares.EQUAL);
    for (int n = 0; n < 100; n++) {
      turns.next("default", List.of("a"), 1, NOBODY);
      turns.took(List.of(job("a", n)));
    }
    Map<String, Integer> had = new HashMap<>();

    for (int n = 0; n < 10; n++) {
      String realm = turns.next("default", List.of("a", "b"), 1, NOBODY).getFirst().realm();
      turns.took(List.of(job(realm, 100 + n)));
      had.merge(realm, 1, Integer::sum);
    }

    assertThat(had).isEqualTo(Map.of("a", 5, "b", 5));
  }

  @Test
  void itGoesOnBehindWhatWasTaken() {
    var turns = new Turns(Shares.EQUAL);
    Job first = job("a", 1);
    Job second = job("a", 2);

    turns.took(List.of(second, first));

    assertThat(turns.next("default", List.of("a"), 1, NOBODY))
        .containsExactly(new Place("a", second.runAt(), second.id(), 1));
    assertThat(turns.next("slow", List.of("a"), 1, NOBODY)).containsExactly(start("a", 1));
  }

  @Test
  void ofJobsOfOneMomentItRemembersTheLast() {
    var turns = new Turns(Shares.EQUAL);
    Job one = job("a", 1);
    Job other = job("a", 1);

    turns.took(List.of(other, one));

    UUID last = one.id().toString().compareTo(other.id().toString()) > 0 ? one.id() : other.id();
    assertThat(turns.next("default", List.of("a"), 1, NOBODY))
        .extracting(Place::id)
        .containsExactly(last);
  }

  @Test
  void itCanGoBackALittleOrBeginAnew() {
    var turns = new Turns(Shares.EQUAL);
    Job job = job("a", 60);
    turns.took(List.of(job));

    turns.stepBack("slow", Duration.ofSeconds(5));
    turns.stepBack("default", Duration.ofSeconds(5));
    assertThat(turns.next("default", List.of("a"), 1, NOBODY))
        .containsExactly(new Place("a", job.runAt().minusSeconds(5), FIRST, 1));

    turns.restart();
    assertThat(turns.next("default", List.of("a"), 1, NOBODY)).containsExactly(start("a", 1));
  }

  private static Place start(String realm, int most) {
    return new Place(realm, Instant.EPOCH, FIRST, most);
  }

  private static Map<String, Integer> mosts(List<Place> places) {
    Map<String, Integer> mosts = new HashMap<>();
    places.forEach(place -> mosts.put(place.realm(), place.most()));
    return mosts;
  }

  /** A job that waits since this second. */
  private static Job job(String realm, int second) {
    Job job = aJob().ofRealm(realm.isEmpty() ? null : realm).queued(1);
    return new Job(
        job.id(),
        job.rqJobId(),
        job.realm(),
        job.queue(),
        job.status(),
        true,
        job.function(),
        job.payload(),
        null,
        null,
        null,
        job.createdAt(),
        null,
        null,
        1,
        0,
        job.maxAttempts(),
        null,
        null,
        Instant.parse("2026-01-01T00:00:00Z").plusSeconds(second),
        null,
        null,
        null,
        null,
        null);
  }
}
