package io.pipedeck.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pipedeck.document.DocumentStoreException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LocalDocumentStoreTest extends DocumentStoreContract {
  @Override
  DocumentStore storeIn(Path place) {
    return new LocalDocumentStore(place);
  }

  @Override
  long kept() {
    try (var files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().matches("[0-9a-f]{64}"))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  void deleteLeftovers(Instant now) {
    new LocalDocumentStore(folder).deleteLeftovers(InstantSource.fixed(now));
  }

  @Override
  Path incoming() {
    return folder.resolve("incoming");
  }

  @Test
  void aFileWhoseEndWasLostIsHealedByTheNextUpload() throws IOException {
    var store = new LocalDocumentStore(folder);
    String sha256 = store.put(stream("whole content"), 100).sha256();
    Path file = store.open(sha256).orElseThrow().path();
    Files.writeString(file, "who");

    store.put(stream("whole content"), 100);

    assertThat(file).hasContent("whole content");
  }

  @Test
  void aNameThatIsNoHashIsNeverAPath() {
    var store = new LocalDocumentStore(folder);

    for (String name : new String[] {"../../etc/passwd", "", "A".repeat(64), "a".repeat(63)}) {
      assertThatThrownBy(() -> store.open(name)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aFullDiskIsUnavailableAndNothingIsLeft() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", disk.toString()),
        "no tmpfs can be mounted here");
    try {
      var refused =
          catchThrowableOfType(
              DocumentStoreException.class,
              () ->
                  new LocalDocumentStore(disk)
                      .put(new ByteArrayInputStream(new byte[1 << 20]), 2 << 20));

      assertThat(refused.reason()).isEqualTo(Reason.UNAVAILABLE);
      assertThat(kept()).isZero();
      try (var files = Files.list(disk.resolve("incoming"))) {
        assertThat(files).isEmpty();
      }
    } finally {
      run("umount", disk.toString());
    }
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException _) {
      return false;
    }
  }
}
