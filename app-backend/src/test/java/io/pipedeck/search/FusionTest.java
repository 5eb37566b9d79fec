package io.pipedeck.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FusionTest {
  @Test
  void whatIsFirstInAllRankingsScoresOne() {
    var fused = Fusion.fuse(List.of(new int[] {7, 8}, new int[] {7, 9}));

    assertThat(fused.getFirst()).isEqualTo(new Fusion.Scored(7, 1));
    assertThat(fused).extracting(Fusion.Scored::thing).containsExactly(7, 8, 9);
  }

  @Test
  void aScoreIsTheSumOfTheReciprocalRanks() {
    var fused = Fusion.fuse(List.of(new int[] {1, 2}, new int[] {2}));

    double best = 2.0 / 61;
    assertThat(fused.getFirst().thing()).isEqualTo(2);
    assertThat(fused.getFirst().score()).isCloseTo((1.0 / 62 + 1.0 / 61) / best, within(1e-9));
    assertThat(fused.getLast().score()).isCloseTo(1.0 / 61 / best, within(1e-9));
  }

  @Test
  void ofOneRankingTheOrderStays() {
    assertThat(Fusion.fuse(List.of(new int[] {3, 1, 2})))
        .extracting(Fusion.Scored::thing)
        .containsExactly(3, 1, 2);
    assertThat(Fusion.fuse(List.of(new int[0], new int[0]))).isEmpty();
  }
}
