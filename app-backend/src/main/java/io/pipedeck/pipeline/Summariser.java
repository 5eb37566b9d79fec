package io.pipedeck.pipeline;

import io.pipedeck.pipeline.Sentences.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Picks the sentences of a document that stand for it: near the centre of what it speaks of, spread
 * over its length, in its own order. The same document always gives the same summary.
 */
final class Summariser {
  private static final int MOST = 6;
  private static final int FEWEST = 3;
  private static final int CANDIDATES_PER_PLACE = 6;

  /** Says how near sentences are to what the document speaks of. */
  @FunctionalInterface
  interface Scorer {
    /** One score for each sentence, higher is nearer; all on one scale. */
    double[] score(List<String> sentences) throws InterruptedException;
  }

  private record Candidate(int start, String text, double score) {}

  private final CleanDocument document;
  private final SentencePool pool;
  private final SentenceCheck check;

  Summariser(CleanDocument document, Sentences sentences, SentenceCheck check) {
    this.document = document;
    this.check = check;
    this.pool = SentencePool.of(document, sentences, check);
  }

  /**
   * Three to six sentences; what there is of a document without that many.
   *
   * @param broad scores cheaply, to choose which sentences are worth a look
   * @param fine scores those
   */
  String summarise(Scorer broad, Scorer fine) throws InterruptedException {
    List<Candidate> chosen = faultless(broad, fine);
    for (Fault fault : Fault.values()) {
      if (fault.isBearable() && chosen.size() < FEWEST) {
        bear(chosen, scored(texts(pool.with(fault)), broad));
      }
    }
    chosen.sort(Comparator.comparingInt(Candidate::start));
    List<String> texts = chosen.stream().map(Candidate::text).toList();
    return texts.stream().anyMatch(this::tells) ? SummaryText.join(texts) : Opening.of(document);
  }

  /** Whether this alone tells more of a document than how it begins. */
  private boolean tells(String text) {
    return !check.isShort(text) && !check.faultOf(text).equals(Optional.of(Fault.UNENDED));
  }

  /** Adds the best of those with a fault; what goes on from a chosen one leans on that. */
  private void bear(List<Candidate> chosen, List<Candidate> candidates) {
    int before;
    do {
      before = chosen.size();
      List<Candidate> next = candidates.stream().filter(c -> goesOn(chosen, c)).toList();
      fill(chosen, next, Math.min(FEWEST, before + 1));
      if (chosen.size() == before) {
        fill(chosen, candidates, Math.min(FEWEST, before + 1));
      }
    } while (chosen.size() > before);
  }

  private boolean goesOn(List<Candidate> chosen, Candidate next) {
    return chosen.stream()
        .mapToInt(each -> each.start() + each.text().length())
        .anyMatch(
            end ->
                end <= next.start()
                    && next.start() - end <= 2
                    && document.text().substring(end, next.start()).isBlank());
  }

  private List<Candidate> faultless(Scorer broad, Scorer fine) throws InterruptedException {
    List<Candidate> rough = scored(texts(pool.faultless()), broad);
    List<Candidate> chosen = new ArrayList<>();
    if (rough.size() <= FEWEST) {
      fill(chosen, rough, FEWEST);
      return chosen;
    }
    int places = Math.clamp(FEWEST - 1 + rough.size() / 12, FEWEST, MOST);
    List<Candidate> near = new ArrayList<>();
    for (int place = 0; place < places; place++) {
      near.addAll(best(slice(rough, place, places), CANDIDATES_PER_PLACE));
    }
    near.sort(Comparator.comparingInt(Candidate::start));
    List<Candidate> finely = scored(near, fine);
    for (int place = 0; place < places; place++) {
      fill(chosen, slice(finely, place, places), chosen.size() + 1);
    }
    fill(chosen, finely, places);
    fill(chosen, rough, FEWEST);
    return chosen;
  }

  private List<Candidate> texts(List<Range> ranges) {
    return ranges.stream().map(range -> new Candidate(range.start(), text(range), 0)).toList();
  }

  private List<Candidate> scored(List<Candidate> candidates, Scorer scorer)
      throws InterruptedException {
    double[] scores = scorer.score(candidates.stream().map(Candidate::text).toList());
    List<Candidate> scored = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      Candidate each = candidates.get(i);
      double worth = check.worth(each.text());
      double score = scores[i] > 0 ? scores[i] * worth : scores[i] / worth;
      scored.add(new Candidate(each.start(), each.text(), score));
    }
    return scored;
  }

  /** The sentences of one stretch of the document; the stretches are of equal length in text. */
  private static List<Candidate> slice(List<Candidate> all, int place, int places) {
    int first = all.getFirst().start();
    long span = all.getLast().start() - first + 1L;
    long from = first + span * place / places;
    long to = first + span * (place + 1) / places;
    return all.stream().filter(c -> c.start() >= from && c.start() < to).toList();
  }

  private static List<Candidate> best(List<Candidate> candidates, int most) {
    return candidates.stream()
        .sorted(
            Comparator.comparingDouble(Candidate::score)
                .reversed()
                .thenComparingInt(Candidate::start))
        .limit(most)
        .toList();
  }

  /** Adds the best until there are so many; none twice in other words. */
  private static void fill(List<Candidate> chosen, List<Candidate> candidates, int upTo) {
    for (Candidate candidate : best(candidates, candidates.size())) {
      if (chosen.size() >= upTo) {
        return;
      }
      if (chosen.stream().noneMatch(other -> Wording.isAlike(other.text(), candidate.text()))) {
        chosen.add(candidate);
      }
    }
  }

  private String text(Range range) {
    return document.text().substring(range.start(), range.end());
  }
}
