package io.pipedeck.parse;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveGuardTest {
  private static final long LIMIT = 1 << 20;

  @TempDir Path folder;

  @Test
  void anArchiveWithinTheLimitPasses() {
    assertThatCode(() -> check(zeros((int) LIMIT))).doesNotThrowAnyException();
  }

  @Test
  void anArchiveThatUnpacksToMoreIsRefused() {
    assertThatThrownBy(() -> check(zeros((int) LIMIT + 1)))
        .isInstanceOf(ArchiveGuard.UnsafeArchive.class);
  }

  @Test
  void aLieAboutTheUnpackedSizeIsFoundOut() {
    byte[] honest = zeros((int) LIMIT + 1);
    // The size in the central directory, 24 bytes behind its signature, becomes 1.
    int directory = lastIndexOf(honest, new byte[] {'P', 'K', 1, 2});
    byte[] lying = honest.clone();
    Arrays.fill(lying, directory + 24, directory + 28, (byte) 0);
    lying[directory + 24] = 1;

    assertThatThrownBy(() -> check(lying)).isInstanceOf(IOException.class);
  }

  @Test
  void archivesInArchivesAreCountedTogether() {
    byte[] half = zeros((int) LIMIT / 2);
    byte[] two = TestDocuments.zipOf(Map.of("a.zip", half, "b.zip", half));
    byte[] three = TestDocuments.zipOf(Map.of("a.zip", half, "b.zip", half, "c.zip", half));

    assertThatThrownBy(() -> check(three)).isInstanceOf(ArchiveGuard.UnsafeArchive.class);
    assertThatCode(() -> new ArchiveGuard(2 * LIMIT, 10_000, 4).check(write(two)))
        .doesNotThrowAnyException();
  }

  @Test
  void tooDeepNestingIsRefused() {
    byte[] nested = zeros(1);
    for (int i = 0; i < 5; i++) {
      nested = TestDocuments.zipOf(Map.of("inner.zip", nested));
    }
    byte[] deep = nested;

    assertThatThrownBy(() -> check(deep)).isInstanceOf(ArchiveGuard.UnsafeArchive.class);
  }

  @Test
  void anArchiveThatUnpacksToManyTimesItsSizeIsRefusedOnceThatIsMuch() throws IOException {
    Path much = write(zeros(33 << 20));
    long packed = Files.size(much);
    int ratio = (int) ((33L << 20) / packed);

    assertThatThrownBy(() -> new ArchiveGuard(1L << 30, ratio - 1, 4).check(much))
        .isInstanceOf(ArchiveGuard.UnsafeArchive.class);
    assertThatCode(() -> new ArchiveGuard(1L << 30, ratio + 1, 4).check(much))
        .doesNotThrowAnyException();
    Path little = write(zeros(31 << 20));
    assertThatCode(() -> new ArchiveGuard(1L << 30, 1, 4).check(little)).doesNotThrowAnyException();
  }

  @Test
  void theNestingAllowedIsConfigured() {
    byte[] two = TestDocuments.zipOf(Map.of("inner.zip", zeros(1)));

    assertThatThrownBy(() -> new ArchiveGuard(LIMIT, 10_000, 1).check(write(two)))
        .isInstanceOf(ArchiveGuard.UnsafeArchive.class);
    assertThatCode(() -> new ArchiveGuard(LIMIT, 10_000, 2).check(write(two)))
        .doesNotThrowAnyException();
  }

  private void check(byte[] archive) throws IOException {
    new ArchiveGuard(LIMIT, 10_000, 4).check(write(archive));
  }

  private Path write(byte[] content) throws IOException {
    return Files.write(folder.resolve("archive"), content);
  }

  private static byte[] zeros(int length) {
    return TestDocuments.zipOf(Map.of("zeros", new byte[length]));
  }

  private static int lastIndexOf(byte[] in, byte[] what) {
    for (int at = in.length - what.length; at >= 0; at--) {
      if (Arrays.equals(in, at, at + what.length, what, 0, what.length)) {
        return at;
      }
    }
    throw new IllegalArgumentException("not found");
  }
}
