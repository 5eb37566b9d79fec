package io.pipedeck.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FuzzTest {
  private static final int FILES = 200;
  private static final long SEED = 20261128;

  @TempDir Path folder;

  @Test
  void brokenDocumentsEndWithTextOrACodeAndKillNoParser() throws Exception {
    Fuzz.Report report = new Fuzz(FILES, SEED, folder).run();

    assertThat(report.bugs()).isEmpty();
    assertThat(report.deaths()).isZero();
    assertThat(report.mostResidentKb()).isLessThanOrEqualTo(Fuzz.MOST_RESIDENT_KB);
    assertThat(report.outcomes().values().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(FILES);
    assertThat(report.outcomes()).containsKeys("text", "corrupt_document");
  }

  @Test
  void theSameSeedBreaksTheSameWay() {
    byte[] document = GeneratedDocuments.eml();

    byte[] first = new Mutator(7, List.of(document)).mutate(document);
    byte[] again = new Mutator(7, List.of(document)).mutate(document);

    assertThat(first).isEqualTo(again).isNotEqualTo(document);
    assertThat(new Mutator(8, List.of(document)).mutate(document)).isNotEqualTo(first);
  }
}
