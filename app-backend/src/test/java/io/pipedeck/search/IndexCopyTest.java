package io.pipedeck.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipedeck.db.MigratedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The index says what PostgreSQL says, whatever becomes of either. */
class IndexCopyTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  @TempDir Path folder;

  private final Corpus corpus = new Corpus(DB);
  private Instant now = Instant.parse("2026-01-31T08:00:00Z");
  private @Nullable IndexCopy opened;

  @AfterEach
  void close() {
    if (opened != null) {
      opened.close();
    }
  }

  private IndexCopy copy() {
    if (opened == null) {
      opened = another();
    }
    return opened;
  }

  private IndexCopy another() {
    return new IndexCopy(new ChunkFeed(DB.pool()), folder, () -> now, () -> false);
  }

  private void restart() {
    copy().close();
    opened = null;
  }

  /** The ordinals of the chunks of any realm-less document with this word. */
  private Set<Integer> with(String word) throws IOException {
    return found(copy(), null, word);
  }

  private static Set<Integer> found(IndexCopy copy, @Nullable String realm, String word)
      throws IOException {
    var scope = new Scope(realm, null, null, null);
    Set<Integer> ordinals = new HashSet<>();
    new Candidates(copy.index().orElseThrow())
        .of(word, null, scope, 50)
        .forEach(candidate -> ordinals.add(candidate.ordinal()));
    return ordinals;
  }

  private int chunks() throws IOException {
    return copy().index().orElseThrow().chunks();
  }

  @Test
  void whatIsThereAtTheFirstStepIsCopied() throws Exception {
    corpus.document(null, "a", "whales sing", "seals bark");
    corpus.document("r", "b", "whales swim");

    assertThat(copy().complete()).isFalse();
    copy().step();

    assertThat(copy().complete()).isTrue();
    assertThat(chunks()).isEqualTo(3);
    assertThat(with("whales")).containsExactly(0);
    assertThat(found(copy(), "r", "swim")).containsExactly(0);
  }

  @Test
  void whatComesIsReplacedOrGoesIsFollowed() throws Exception {
    copy().step();
    corpus.document(null, "a", "whales sing", "seals bark");
    copy().step();
    assertThat(with("seals")).containsExactly(1);

    corpus.document(null, "a", "whales sing louder");
    copy().step();
    assertThat(chunks()).isEqualTo(1);
    assertThat(with("seals")).isEmpty();
    assertThat(with("louder")).containsExactly(0);

    corpus.delete("a");
    copy().step();
    assertThat(chunks()).isZero();

    corpus.document(null, "a", "back again");
    copy().step();
    assertThat(with("again")).containsExactly(0);

    DB.foreign("TRUNCATE document_chunks");
    copy().step();
    assertThat(chunks()).isZero();
  }

  @Test
  void aTransactionThatCommitsLongAfterOthersIsNotMissed() throws Exception {
    copy().step();
    try (var late = DB.connect();
        var statement = late.createStatement()) {
      late.setAutoCommit(false);
      statement.execute(
          """
          INSERT INTO document_chunks (sha256, pipeline_version, options_hash, ordinal, job_id, start_offset,
              end_offset, text, tokens)
          VALUES (repeat('e', 64), 1, 'o', 0, gen_random_uuid(), 0, 1, 'latecomer', 1)
          """);
      corpus.document(null, "a", "whales sing");
      copy().step();
      assertThat(with("whales")).as("nobody waits for it").containsExactly(0);
      corpus.document(null, "b", "seals bark");
      copy().step();
      assertThat(with("latecomer")).isEmpty();

      late.commit();
    }
    copy().step();

    assertThat(with("latecomer")).containsExactly(0);
    assertThat(chunks()).isEqualTo(3);
  }

  @Test
  void manyChangesAreReadPageByPage() throws Exception {
    copy().step();
    DB.foreign(
        """
        INSERT INTO document_chunks (sha256, pipeline_version, options_hash, ordinal, job_id, start_offset,
            end_offset, text, tokens)
        SELECT lpad(n::text, 64, '0'), 1, 'o', 0, gen_random_uuid(), 0, 1, 'numbered n' || n, 1
        FROM generate_series(1, 2500) n
        """);

    copy().step();

    assertThat(chunks()).isEqualTo(2_500);
    assertThat(with("n2500")).containsExactly(0);
    restart();
    DB.foreign("DELETE FROM document_chunks WHERE text LIKE '%5'");
    copy().step();
    assertThat(chunks()).isEqualTo(2_250);
  }

  @Test
  void aLongDocumentIsReadPageByPage() throws Exception {
    String[] texts = new String[350];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = "chunk number n" + i;
    }
    corpus.document(null, "long", texts);

    copy().step();

    assertThat(chunks()).isEqualTo(350);
    assertThat(with("n349")).containsExactly(349);
  }

  @Test
  void aRestartGoesOnWithWhatItHasAndComparesIt() throws Exception {
    corpus.document(null, "stays", "whales sing");
    corpus.document(null, "goes", "seals bark");
    corpus.document(null, "changes", "old words");
    copy().step();
    long stays = revision("stays");
    restart();
    corpus.delete("goes");
    corpus.document(null, "changes", "new words");
    corpus.document(null, "comes", "bears growl");

    copy().step();

    assertThat(chunks()).isEqualTo(3);
    assertThat(with("seals")).isEmpty();
    assertThat(with("old")).isEmpty();
    assertThat(with("new")).isNotEmpty();
    assertThat(with("growl")).isNotEmpty();
    assertThat(revision("stays")).isEqualTo(stays);
  }

  private static long revision(String name) {
    return DB.number(
        "SELECT revision AS n FROM document_versions WHERE sha256 = ?", Corpus.sha256(name));
  }

  @Test
  void anOlderBackupOfTheDatabaseIsFollowedToo() throws Exception {
    corpus.document(null, "a", "first words");
    DB.foreign("CREATE TABLE chunks_backup AS SELECT * FROM document_chunks");
    DB.foreign("CREATE TABLE versions_backup AS SELECT * FROM document_versions");
    corpus.document(null, "a", "second words");
    corpus.document(null, "b", "more words");
    copy().step();
    restart();
    DB.foreign(
        """
        TRUNCATE document_chunks, document_versions;
        INSERT INTO document_chunks SELECT * FROM chunks_backup;
        DELETE FROM document_versions;
        INSERT INTO document_versions OVERRIDING SYSTEM VALUE SELECT * FROM versions_backup;
        DROP TABLE chunks_backup, versions_backup
        """);

    copy().step();

    assertThat(chunks()).isEqualTo(1);
    assertThat(with("first")).isNotEmpty();
  }

  @Test
  void aFolderThatIsDeletedWhileItIsUsedIsMadeAnew() throws Exception {
    corpus.document(null, "a", "whales sing");
    copy().step();
    delete(folder);

    assertThat(with("whales")).as("searches go on meanwhile").isNotEmpty();
    corpus.document(null, "b", "seals bark");
    steps(2);

    assertThat(chunks()).isEqualTo(2);
    assertThat(with("seals")).isNotEmpty();
    assertThat(folder.resolve("1/index")).isNotEmptyDirectory();
  }

  @Test
  void filesThatAreDeletedUnderneathAreMadeAnew() throws Exception {
    corpus.document(null, "a", "whales sing");
    copy().step();
    try (var files = Files.list(folder.resolve("1/index"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    corpus.document(null, "b", "seals bark");
    now = now.plus(Duration.ofMinutes(1));
    steps(3);

    assertThat(copy().complete()).isTrue();
    assertThat(chunks()).isEqualTo(2);
  }

  /** Steps of which some may fail: the thread that makes them goes on. */
  private void steps(int times) {
    for (int i = 0; i < times; i++) {
      try {
        copy().step();
      } catch (IOException _) {
        // The next one begins anew.
      }
    }
  }

  @Test
  void aFolderThatIsDeletedBetweenTwoStartsIsMadeAnew() throws Exception {
    corpus.document(null, "a", "whales sing");
    copy().step();
    restart();
    delete(folder);

    copy().step();

    assertThat(with("whales")).isNotEmpty();
  }

  @Test
  void aBrokenIndexIsMadeAnew() throws Exception {
    corpus.document(null, "a", "whales sing");
    copy().step();
    restart();
    try (var files = Files.list(folder.resolve("1/index"))) {
      for (Path file :
          files.filter(file -> file.getFileName().toString().startsWith("segments")).toList()) {
        Files.writeString(file, "no index at all");
      }
    }

    copy().step();

    assertThat(with("whales")).isNotEmpty();
    assertThat(chunks()).isEqualTo(1);
  }

  @Test
  void whatAProcessThatDiedLeftIsBroughtUpToDate() throws Exception {
    corpus.document(null, "a", "whales sing");
    copy().step();
    corpus.document(null, "b", "seals bark");
    copy().step(); // not on the disk yet
    Path left = Files.createDirectories(folder.resolve("left/1/index"));
    try (var files = Files.list(folder.resolve("1/index"))) {
      for (Path file : files.toList()) {
        Files.copy(file, left.resolve(file.getFileName()));
      }
    }

    try (var successor =
        new IndexCopy(new ChunkFeed(DB.pool()), folder.resolve("left"), () -> now, () -> false)) {
      successor.step();
      assertThat(found(successor, null, "whales")).isNotEmpty();
      assertThat(found(successor, null, "seals")).isNotEmpty();
      assertThat(successor.index().orElseThrow().chunks()).isEqualTo(2);
    }
  }

  @Test
  void processesOnOneDataFolderHaveIndexesOfTheirOwn() throws Exception {
    corpus.document(null, "a", "whales sing");
    try (var second = another()) {
      copy().step();
      second.step();
      corpus.document(null, "b", "seals bark");
      copy().step();
      second.step();

      assertThat(with("seals")).isNotEmpty();
      assertThat(found(second, null, "seals")).isNotEmpty();
    }
    try (var third = another()) {
      third.step();
      assertThat(folder.resolve("3")).as("it takes the one that is free again").doesNotExist();
    }
  }

  @Test
  void aVersionThatIsReplacedWhileItIsReadIsTakenAsItIsThen() throws Exception {
    corpus.document(null, "a", "whales sing", "seals bark");
    var feed = new ChunkFeed(DB.pool());
    var stamp = feed.versions(0).versions().getFirst();
    var version = feed.version(stamp).orElseThrow();
    corpus.document(null, "a", "only this");

    assertThat(feed.version(stamp)).isEmpty();
    var pages = new ChunkPages(feed, version);
    assertThatThrownBy(pages::hasNext).isInstanceOf(ChunkPages.ChangedException.class);
    copy().step();
    assertThatThrownBy(
            () -> copy().index().orElseThrow().replace(version, new ChunkPages(feed, version)))
        .isInstanceOf(ChunkPages.ChangedException.class);
    copy().step();

    corpus.document(null, "a", "and now this");
    copy().step();
    assertThat(chunks()).isEqualTo(1);
    assertThat(with("now")).isNotEmpty();
  }

  @Test
  void aVectorThatCannotBeComparedIsLeftOutAndItsWordsAreFound() throws Exception {
    corpus.document(null, "a", "whales sing");
    corpus.document(null, "b", "seals bark");
    DB.foreign("UPDATE document_chunks SET embedding = '{NaN,1}' WHERE text LIKE 'seals%'");

    copy().step();

    assertThat(chunks()).isEqualTo(2);
    assertThat(with("seals")).isNotEmpty();
  }

  @Test
  void deletedVersionsAreForgottenAfterADay() throws Exception {
    corpus.document(null, "a", "whales sing");
    corpus.document(null, "b", "seals bark");
    corpus.delete("a");
    corpus.delete("b");
    DB.foreign(
        "UPDATE document_versions SET written_at = now() - interval '25 hours' WHERE sha256 = '%s'"
            .formatted(Corpus.sha256("a")));

    copy().step();

    assertThat(DB.number("SELECT count(*) AS n FROM document_versions")).isEqualTo(1);
  }

  private static void delete(Path tree) throws IOException {
    List<Path> all;
    try (var walk = Files.walk(tree)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
