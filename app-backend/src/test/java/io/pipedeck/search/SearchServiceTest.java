package io.pipedeck.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.api.SearchAnswer;
import io.pipedeck.api.SearchAnswer.Hit;
import io.pipedeck.api.SearchRequest;
import io.pipedeck.db.MigratedDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SearchServiceTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  /** Looks only when it is woken. */
  private static final Follower.Pace WHEN_WOKEN =
      new Follower.Pace(
          Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1), Duration.ofDays(1));

  /** Looks only when somebody searches. */
  private static final Follower.Pace WHEN_ASKED =
      new Follower.Pace(
          Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO);

  private static final Follower.Pace FAST =
      new Follower.Pace(
          Duration.ZERO, Duration.ofMillis(10), Duration.ofMillis(10), Duration.ofSeconds(1));

  @TempDir Path folder;

  private final Corpus corpus = new Corpus(DB);
  private final Corpus.Model model = new Corpus.Model();
  private @Nullable SearchService made;

  private SearchService search() {
    if (made == null) {
      made = service(folder, FAST);
    }
    return made;
  }

  private SearchService service(Path in, Follower.Pace pace) {
    return new SearchService(DB.pool(), model, in, InstantSource.system(), pace);
  }

  @AfterEach
  void close() {
    if (made != null) {
      made.close();
    }
  }

  private SearchAnswer find(String query, @Nullable String realm) throws InterruptedException {
    return search().search(new SearchRequest(query, realm, 10));
  }

  /** Searches until the answer is right: the index follows within moments. */
  private SearchAnswer await(String query, @Nullable String realm, Predicate<SearchAnswer> right)
      throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    SearchAnswer answer = find(query, realm);
    while (!right.test(answer)) {
      assertThat(System.nanoTime()).as(answer.toString()).isLessThan(until);
      answer = find(query, realm);
    }
    return answer;
  }

  @Test
  void aHitTellsWhereItStands() throws Exception {
    UUID job = corpus.document("r", "whales.txt", "whales are large", "bears are brown");
    search().start();

    SearchAnswer answer = find("whales", "r");

    assertThat(answer.complete()).isTrue();
    assertThat(answer.warnings()).isEmpty();
    assertThat(answer.hits().getFirst())
        .isEqualTo(
            new Hit(
                job,
                "whales.txt",
                Corpus.sha256("whales.txt"),
                1,
                "Heading",
                0,
                0,
                9,
                "whales are large",
                1.0,
                1.0));
    assertThat(answer.count()).isEqualTo(answer.hits().size());
  }

  @Test
  void whoSearchesSeesWhatIsThereWithoutWaitingForTheNextLook() throws Exception {
    made = service(folder, WHEN_ASKED);
    made.start();
    assertThat(find("whales", null).hits()).isEmpty();

    corpus.document(null, "whales.txt", "whales are large");

    assertThat(find("whales", null).hits()).extracting(Hit::filename).containsExactly("whales.txt");
  }

  @Test
  void meaningAndWordsBothCount() throws Exception {
    corpus.document(null, "meaning", "whales in the sea");
    corpus.document(null, "words", "about the song of whales");
    corpus.document(null, "neither", "bears in the woods");
    search().start();

    List<Hit> hits = find("whales song", null).hits();

    assertThat(hits.subList(0, 2))
        .extracting(Hit::filename)
        .containsExactlyInAnyOrder("meaning", "words");
    assertThat(hits).extracting(Hit::score).isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  @Test
  void aRealmSeesItsOwnDocumentsOnly() throws Exception {
    corpus.document("a", "of-a", "whales sing in a");
    corpus.document("b", "of-b", "whales sing in b");
    corpus.document(null, "of-none", "whales sing alone");
    search().start();

    assertThat(find("whales", "a").hits()).extracting(Hit::filename).containsExactly("of-a");
    assertThat(find("whales", "b").hits()).extracting(Hit::filename).containsExactly("of-b");
    assertThat(find("whales", null).hits()).extracting(Hit::filename).containsExactly("of-none");
    assertThat(find("whales", "none").hits()).isEmpty();
    assertThat(find("whales", "realm a").hits()).isEmpty();
  }

  @Test
  void aSearchMayBeLimitedToADocumentAJobOrAType() throws Exception {
    UUID job = corpus.document(null, "one", "whales sing");
    corpus.document(null, "two", "whales swim");
    search().start();

    assertThat(limited(Corpus.sha256("two"), null, null)).containsExactly("two");
    assertThat(limited(null, null, job)).containsExactly("one");
    assertThat(limited(null, "text/plain", null)).containsExactlyInAnyOrder("one", "two");
    assertThat(limited(null, "application/pdf", null)).isEmpty();
  }

  private List<String> limited(@Nullable String sha256, @Nullable String type, @Nullable UUID job)
      throws InterruptedException {
    var request = new SearchRequest("whales", null, null, sha256, type, job);
    return search().search(request).hits().stream()
        .map(hit -> String.valueOf(hit.filename()))
        .toList();
  }

  @Test
  void newDocumentsAreFoundAndDeletedOnesAreNot() throws Exception {
    corpus.document(null, "old", "whales of old");
    search().start();
    find("whales", null);

    corpus.document(null, "new", "whales of today");
    await("today", null, answer -> answer.hits().size() == 2);
    corpus.delete("old");
    corpus.document(null, "new", "bears of today");

    assertThat(find("whales", null).hits())
        .extracting(Hit::snippet)
        .doesNotContain("whales of today");
    await("bears", null, answer -> answer.hits().size() == 1);
  }

  @Test
  void anIndexThatIsBehindShowsNothingThatIsGone() throws Exception {
    made = service(folder, WHEN_WOKEN);
    corpus.document(null, "stays", "whales that stay");
    corpus.document(null, "goes", "whales that go");
    search().start();
    assertThat(find("whales", null).count()).isEqualTo(2);

    corpus.delete("goes");

    assertThat(find("whales", null).hits()).extracting(Hit::filename).containsExactly("stays");
  }

  @Test
  void ofADocumentInSeveralVersionsTheNewestIsFound() throws Exception {
    corpus.version(null, "a", "small chunks", Corpus.MODEL, "whales sing");
    corpus.version(null, "a", "large chunks", Corpus.MODEL, "whales sing and swim");
    search().start();

    assertThat(find("whales", null).hits())
        .extracting(Hit::snippet)
        .containsExactly("whales sing and swim");
  }

  @Test
  void vectorsOfAnotherModelAreNeverCompared() throws Exception {
    corpus.version(null, "other", "o", "another model", "whales sing");
    corpus.version(null, "without", "o", null, "whales swim");
    search().start();

    assertThat(find("whales", null).hits())
        .hasSize(2)
        .allSatisfy(hit -> assertThat(hit.similarity()).isNull());
  }

  @Test
  void withoutAModelTheWordsAreSearched() throws Exception {
    corpus.document(null, "a", "whales sing", "bears growl");
    search().start();
    model.broken = true;

    SearchAnswer answer = find("growl", null);

    assertThat(answer.hits()).extracting(Hit::snippet).containsExactly("bears growl");
    assertThat(answer.warnings()).singleElement().asString().contains("words alone");
  }

  @Test
  void noCharacterOfAQueryHasAMeaningOfItsOwn() throws Exception {
    corpus.document(null, "a", "whales sing");
    search().start();

    for (String query :
        List.of(
            "whales AND (", "text:whales\"", "+ - ~ * ? \\ / [", "\u0000 whales", "🐋", "鯨は歌う")) {
      assertThat(find(query, null).complete()).as(query).isTrue();
    }
    assertThat(find("WHALES!", null).hits()).isNotEmpty();
    assertThat(find("whales " + "word ".repeat(150), null).hits()).isNotEmpty();
    assertThat(find("鯨".repeat(1_000), null).complete()).isTrue();
  }

  @Test
  void whatIsOutOfRangeIsRefused() {
    search().start();

    for (var request :
        List.of(
            new SearchRequest(" ", null, 10),
            new SearchRequest("x".repeat(1_001), null, 10),
            new SearchRequest("x", null, 0),
            new SearchRequest("x", null, 101))) {
      assertThatThrownBy(() -> search().search(request))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void whereNoIndexCanBeMadeItIsSaid() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    made = service(file, FAST);
    search().start();

    assertThatThrownBy(() -> find("whales", null)).isInstanceOf(SearchUnavailableException.class);
  }

  @Test
  void aServiceThatWasNeverStartedCloses() {
    search().close();

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aDeletedFolderIsMadeAnewWhileItRuns() throws Exception {
    corpus.document(null, "a", "whales sing");
    search().start();
    find("whales", null);
    try (var walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(folder)) {
          Files.deleteIfExists(path);
        }
      }
    }

    SearchAnswer answer =
        await(
            "whales",
            null,
            found ->
                found.complete() && found.count() == 1 && Files.exists(folder.resolve("1/index")));

    assertThat(answer.complete()).isTrue();
  }
}
