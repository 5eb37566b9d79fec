package io.pipedeck.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipedeck.document.DocumentStore.LocalFile;
import io.pipedeck.document.DocumentStore.Stored;
import io.pipedeck.document.DocumentStoreException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every document store holds to. */
abstract class DocumentStoreContract {
  private static final String EMPTY =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir Path folder;

  /** A store that works with files below this folder. */
  abstract DocumentStore storeIn(Path place);

  /** How many documents are kept. */
  abstract long kept();

  private DocumentStore store() {
    return storeIn(folder);
  }

  /** Files that are there only for a while. */
  @AfterEach
  void nothingIsLeftBehind() throws IOException {
    try (var files = Files.walk(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(Incoming.SUFFIX))).isEmpty();
    }
  }

  @Test
  void aDocumentIsKeptUnderItsHash() throws IOException {
    Stored stored = store().put(stream("abc"), 3);

    assertThat(stored).isEqualTo(new Stored(ABC, 3));
    assertThat(read(ABC)).asString(StandardCharsets.UTF_8).isEqualTo("abc");
    assertThat(kept()).isEqualTo(1);
  }

  @Test
  void theSameContentIsKeptOnce() throws IOException {
    store().put(stream("abc"), 100);

    assertThat(store().put(stream("abc"), 100).sha256()).isEqualTo(ABC);

    assertThat(kept()).isEqualTo(1);
    assertThat(read(ABC)).asString(StandardCharsets.UTF_8).isEqualTo("abc");
  }

  @Test
  void theSameContentMayComeTwiceAtOnce() throws Exception {
    byte[] bytes = random(300_000);
    List<Future<Stored>> answers = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 6; i++) {
        answers.add(
            threads.submit(() -> store().put(new ByteArrayInputStream(bytes), bytes.length)));
      }
    }

    for (Future<Stored> answer : answers) {
      assertThat(read(answer.get().sha256())).isEqualTo(bytes);
    }
    assertThat(kept()).isEqualTo(1);
  }

  @Test
  void anEmptyDocumentIsADocument() throws IOException {
    assertThat(store().put(stream(""), 0)).isEqualTo(new Stored(EMPTY, 0));

    assertThat(read(EMPTY)).isEmpty();
  }

  @Test
  void largeDocumentsComeBackByteForByte() throws IOException {
    for (int size : new int[] {1 << 20, (1 << 20) + 1, (3 << 20) - 1}) {
      byte[] bytes = random(size);

      Stored stored = store().put(new ByteArrayInputStream(bytes), size);

      assertThat(stored.sizeBytes()).isEqualTo(size);
      assertThat(read(stored.sha256())).isEqualTo(bytes);
    }
  }

  @Test
  void aDocumentThatIsTooLargeIsRefusedAndNotKept() {
    var refused =
        catchThrowableOfType(
            DocumentStoreException.class,
            () -> store().put(new ByteArrayInputStream(random(2 << 20)), 1 << 20));

    assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(refused).hasMessageContaining("1 MiB");
    assertThat(kept()).isZero();
  }

  @Test
  void anUploadThatBreaksOffLeavesNothing() {
    var broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("cut off");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            return read();
          }
        };

    assertThatThrownBy(() -> store().put(new SequenceInputStream(stream("begin"), broken), 1 << 20))
        .isInstanceOf(IOException.class)
        .hasMessage("cut off");
    assertThat(kept()).isZero();
  }

  @Test
  void aPlaceThatRefusesIsUnavailable() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");

    var refused =
        catchThrowableOfType(
            DocumentStoreException.class,
            () -> storeIn(file.resolve("documents")).put(stream("abc"), 100));

    assertThat(refused.reason()).isEqualTo(Reason.UNAVAILABLE);
    assertThat(refused.getMessage()).doesNotContain(folder.toString());
    assertThat(kept()).isZero();
  }

  @Test
  void aDocumentThatIsNotThereIsNotThere() {
    assertThat(store().open(ABC)).isEmpty();
  }

  @Test
  void leftoversOfADayAgoAreDeletedAndNewerOnesStay() throws IOException {
    store().put(stream("abc"), 3);
    Path old = leftover("old", "2026-01-01T00:00:00Z");
    Path fresh = leftover("fresh", "2026-01-02T06:00:00Z");

    deleteLeftovers(Instant.parse("2026-01-02T12:00:00Z"));

    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
    assertThat(read(ABC)).hasSize(3);
    Files.delete(fresh);
  }

  abstract void deleteLeftovers(Instant now);

  /** Where documents are on their way in. */
  abstract Path incoming();

  private Path leftover(String name, String time) throws IOException {
    Files.createDirectories(incoming());
    Path file = Files.writeString(incoming().resolve(name + Incoming.SUFFIX), "x");
    return Files.setLastModifiedTime(file, FileTime.from(Instant.parse(time)));
  }

  private byte[] read(String sha256) throws IOException {
    try (LocalFile file = store().open(sha256).orElseThrow()) {
      return Files.readAllBytes(file.path());
    }
  }

  static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
