package io.pipedeck.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;

/** Cuts out of a chunk the part that says most of the query's words. */
final class Snippets {
  private static final int LONGEST = 300;
  private static final String MORE = "…";

  private final Analyzer analyzer;
  private final Set<String> wanted = new HashSet<>();

  Snippets(Analyzer analyzer, String query) {
    this.analyzer = analyzer;
    words(query).forEach(word -> wanted.add(word.term()));
  }

  private record Word(String term, int start, int end) {}

  /** At most 300 characters of the text and an ellipsis where it was cut, on one line. */
  String of(String text) {
    if (text.length() <= LONGEST) {
      return oneLine(text);
    }
    List<Word> words = words(text);
    int start = words.isEmpty() ? 0 : words.get(best(words)).start();
    int end = start;
    for (Word word : words) {
      if (word.start() >= start && word.end() - start <= LONGEST) {
        end = Math.max(end, word.end());
      }
    }
    if (end == start) {
      // One word longer than a snippet, or no word at all.
      end =
          text.offsetByCodePoints(
              start, Math.min(LONGEST / 2, text.codePointCount(start, text.length())));
    }
    boolean fromTheFirst = text.substring(0, start).isBlank();
    if (text.length() - end <= 2) {
      end = text.length(); // the full stop behind the last word
    }
    return (fromTheFirst ? "" : MORE)
        + oneLine(text.substring(fromTheFirst ? 0 : start, end))
        + (end < text.length() ? MORE : "");
  }

  /**
   * The word to begin with: from there most different words that are wanted, then most in all, and
   * those in the middle.
   */
  private int best(List<Word> words) {
    Map<String, Integer> inside = new HashMap<>();
    int first = 0;
    int last = 0;
    int bestScore = 0;
    int all = 0;
    int to = 0;
    for (int from = 0; from < words.size(); from++) {
      while (to < words.size() && words.get(to).end() - words.get(from).start() <= LONGEST) {
        String term = words.get(to++).term();
        if (wanted.contains(term)) {
          inside.merge(term, 1, Integer::sum);
          all++;
        }
      }
      int score = 1_000 * inside.size() + all;
      if (score > bestScore) {
        bestScore = score;
        first = from;
        last = from;
      } else if (score == bestScore && score > 0 && last == from - 1) {
        last = from;
      }
      if (to == from) {
        to++; // a word longer than a snippet
      } else if (wanted.contains(words.get(from).term())) {
        inside.merge(words.get(from).term(), -1, (had, less) -> had == 1 ? null : had + less);
        all--;
      }
    }
    return filled(words, first + (last - first) / 2);
  }

  /** Begins earlier where the text ends too soon. */
  private static int filled(List<Word> words, int from) {
    int start = from;
    int end = words.getLast().end();
    while (start > 0 && end - words.get(start - 1).start() <= LONGEST) {
      start--;
    }
    return start;
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private List<Word> words(String text) {
    List<Word> words = new ArrayList<>();
    try (TokenStream tokens = analyzer.tokenStream(ChunkDocuments.TEXT, text)) {
      var term = tokens.addAttribute(CharTermAttribute.class);
      var offset = tokens.addAttribute(OffsetAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        words.add(new Word(term.toString(), offset.startOffset(), offset.endOffset()));
      }
      tokens.end();
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory was not read", e);
    }
    return words;
  }
}
