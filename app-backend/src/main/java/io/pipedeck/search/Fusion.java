package io.pipedeck.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes one ranking of several by reciprocal rank fusion: a thing's score is the sum of {@code 1 /
 * (60 + rank)} over the rankings that have it, ranks counted from 1. Scores of different kinds need
 * not be comparable for that (Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms
 * Condorcet and individual Rank Learning Methods, SIGIR 2009).
 */
final class Fusion {
  private static final int SMOOTHING = 60;

  private Fusion() {}

  /**
   * A thing with its score.
   *
   * @param score above 0; 1 for what is first in all rankings
   */
  record Scored(int thing, double score) {}

  /**
   * The things of all rankings, the best first; equally good ones in the order of their numbers.
   *
   * @param rankings of different things each, the best first
   */
  static List<Scored> fuse(List<int[]> rankings) {
    Map<Integer, Double> scores = new HashMap<>();
    for (int[] ranking : rankings) {
      for (int i = 0; i < ranking.length; i++) {
        scores.merge(ranking[i], 1.0 / (SMOOTHING + i + 1), Double::sum);
      }
    }
    double best = (double) rankings.size() / (SMOOTHING + 1);
    List<Scored> fused = new ArrayList<>();
    scores.forEach((thing, score) -> fused.add(new Scored(thing, Math.min(1, score / best))));
    fused.sort(
        Comparator.comparingDouble(Scored::score).reversed().thenComparingInt(Scored::thing));
    return fused;
  }
}
