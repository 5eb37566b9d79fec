package io.pipedeck.pipeline;

import io.pipedeck.pipeline.CleanDocument.Kind;
import io.pipedeck.pipeline.CleanDocument.Part;
import io.pipedeck.pipeline.Sentences.Range;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Picks the sentences of a document that stand for it: near the centre of what it speaks of, spread
 * over its length, in its own order. The same document always gives the same summary.
 */
final class Summariser {
  private static final int MOST = 6;
  private static final int FEWEST = 3;
  private static final int CANDIDATES_PER_PLACE = 6;
  private static final double ALIKE = 0.6;
  private static final int FALLBACK_CHARS = 400;

  /**
   * Of a longer document every second is looked at, or every fourth …: it is as well known then.
   */
  private static final int MOST_LOOKED_AT = 4_000;

  /** Says how near sentences are to what the document speaks of. */
  @FunctionalInterface
  interface Scorer {
    /** One score for each sentence, higher is nearer; all on one scale. */
    double[] score(List<String> sentences) throws InterruptedException;
  }

  private record Candidate(int start, String text, double score) {}

  private final CleanDocument document;
  private final Sentences sentences;

  Summariser(CleanDocument document, Sentences sentences) {
    this.document = document;
    this.sentences = sentences;
  }

  /**
   * Three to six sentences; what there is of a document without that many.
   *
   * @param broad scores cheaply, to choose which sentences are worth a look
   * @param fine scores those
   */
  String summarise(Scorer broad, Scorer fine) throws InterruptedException {
    List<Range> readable = readable();
    if (readable.size() <= FEWEST) {
      return readable.isEmpty() ? beginning() : joined(readable.stream().map(this::text).toList());
    }
    int places = Math.clamp(FEWEST - 1 + readable.size() / 12, FEWEST, MOST);
    List<Candidate> rough = scored(readable, broad);
    List<Candidate> near = new ArrayList<>();
    for (int place = 0; place < places; place++) {
      near.addAll(best(slice(rough, place, places), CANDIDATES_PER_PLACE));
    }
    near.sort(Comparator.comparingInt(Candidate::start));
    List<Candidate> finely = rescored(near, fine);
    return joined(choose(finely, places));
  }

  private List<Range> readable() {
    List<Range> readable = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int step = 1;
    int count = 0;
    for (Part part : document.parts()) {
      if (SentenceQuality.isReferencesHeading(document.text().substring(part.start(), part.end()))
          && part.start() > document.text().length() / 3) {
        break;
      }
      if (part.kind() == Kind.PARAGRAPH) {
        for (Range range : sentences.of(document.text(), part.start(), part.end())) {
          if (SentenceQuality.isReadable(text(range)) && count++ % step == 0) {
            if (seen.add(text(range))) {
              readable.add(range);
            }
            if (readable.size() > MOST_LOOKED_AT) {
              step *= 2;
              halve(readable, seen);
            }
          }
        }
      }
    }
    return readable;
  }

  private void halve(List<Range> readable, Set<String> seen) {
    for (int i = readable.size() / 2; i >= 0; i--) {
      readable.remove(Math.min(2 * i + 1, readable.size() - 1));
    }
    seen.clear();
    readable.forEach(range -> seen.add(text(range)));
  }

  private List<Candidate> scored(List<Range> ranges, Scorer scorer) throws InterruptedException {
    double[] scores = scorer.score(ranges.stream().map(this::text).toList());
    List<Candidate> scored = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      scored.add(candidate(ranges.get(i).start(), text(ranges.get(i)), scores[i]));
    }
    return scored;
  }

  private static Candidate candidate(int start, String text, double score) {
    double worth = SentenceQuality.standing(text);
    return new Candidate(start, text, score > 0 ? score * worth : score / worth);
  }

  private static List<Candidate> rescored(List<Candidate> candidates, Scorer scorer)
      throws InterruptedException {
    double[] scores = scorer.score(candidates.stream().map(Candidate::text).toList());
    List<Candidate> rescored = new ArrayList<>();
    for (int i = 0; i < scores.length; i++) {
      rescored.add(candidate(candidates.get(i).start(), candidates.get(i).text(), scores[i]));
    }
    return rescored;
  }

  /** The sentences of one stretch of the document; the stretches are of equal length in text. */
  private List<Candidate> slice(List<Candidate> all, int place, int places) {
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

  /** The best of each stretch, filled up with the best of the rest; none twice in other words. */
  private List<String> choose(List<Candidate> candidates, int places) {
    List<Candidate> chosen = new ArrayList<>();
    for (int place = 0; place < places; place++) {
      List<Candidate> here = slice(candidates, place, places);
      addFirstUnlike(chosen, best(here, here.size()));
    }
    for (Candidate next : best(candidates, candidates.size())) {
      if (chosen.size() >= Math.min(places, candidates.size())) {
        break;
      }
      addFirstUnlike(chosen, List.of(next));
    }
    chosen.sort(Comparator.comparingInt(Candidate::start));
    return chosen.stream().map(Candidate::text).toList();
  }

  private static void addFirstUnlike(List<Candidate> chosen, List<Candidate> candidates) {
    for (Candidate candidate : candidates) {
      if (chosen.stream().noneMatch(other -> alike(other.text(), candidate.text()))) {
        chosen.add(candidate);
        return;
      }
    }
  }

  private static boolean alike(String a, String b) {
    Set<String> first = words(a);
    Set<String> second = words(b);
    Set<String> both = new HashSet<>(first);
    both.retainAll(second);
    return both.size() > ALIKE * Math.min(first.size(), second.size());
  }

  private static Set<String> words(String text) {
    return new HashSet<>(List.of(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{M}\\d]+")));
  }

  private String text(Range range) {
    return document.text().substring(range.start(), range.end());
  }

  private static String joined(List<String> texts) {
    return String.join(" ", texts);
  }

  /** Of a document without proper sentences, such as a table or a note: how it begins. */
  private String beginning() {
    String text = document.text();
    int cut = Cuts.before(text, 0, text.length(), FALLBACK_CHARS);
    String begin = text.substring(0, cut).replace('\n', ' ').replaceAll(" {2,}", " ").strip();
    return cut < text.length() ? begin + " …" : begin;
  }
}
