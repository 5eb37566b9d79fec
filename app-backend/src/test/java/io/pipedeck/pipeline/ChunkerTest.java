package io.pipedeck.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipedeck.parse.ParsedDocument;
import io.pipedeck.parse.ParsedDocument.Block;
import io.pipedeck.parse.ParsedDocument.Kind;
import io.pipedeck.parse.ParsedDocument.Page;
import io.pipedeck.pipeline.Chunker.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChunkerTest {
  @Test
  void aShortTextIsOneChunk() throws Exception {
    CleanDocument document = clean(block("One sentence. And another one."));

    assertThat(texts(document, cut(document, 800, 100)))
        .containsExactly("One sentence. And another one.");
  }

  @Test
  void chunksEndWhereSentencesEnd() throws Exception {
    CleanDocument document = clean(block("The first sentence is of some length here. ".repeat(20)));

    List<String> chunks = texts(document, cut(document, 200, 0));

    assertThat(chunks).hasSize(5).allSatisfy(chunk -> assertThat(chunk).endsWith("here."));
  }

  @Test
  void neighboursShareWholeWords() throws Exception {
    CleanDocument document =
        clean(block("The quick brown fox jumps over the lazy dog once more. ".repeat(20)));

    List<Piece> pieces = cut(document, 200, 40);

    for (int i = 1; i < pieces.size(); i++) {
      int shared = pieces.get(i - 1).end() - pieces.get(i).start();
      assertThat(shared).isBetween(25, 40);
      assertThat(document.text().charAt(pieces.get(i).start() - 1)).isEqualTo(' ');
    }
  }

  @Test
  void aHeadingOpensAChunkAndIsNamedInIt() throws Exception {
    CleanDocument document =
        clean(
            new Block(Kind.HEADING, 1, "Contract"),
            block("A sentence about the contract itself. ".repeat(4)),
            new Block(Kind.HEADING, 2, "Price"),
            block("It costs a lot. ".repeat(4)));

    List<Piece> pieces = cut(document, 200, 50);

    assertThat(pieces).extracting(Piece::heading).containsExactly("Contract", "Contract › Price");
    assertThat(texts(document, pieces).get(1)).startsWith("Price\n\nIt costs");
  }

  @Test
  void aChunkOverTheTokenLimitIsSplitNotCut() throws Exception {
    CleanDocument document = clean(block("語".repeat(1_000)));
    var limit = new Chunker.Limit(text -> text.length() + 2, 256);

    List<Piece> pieces = new Chunker(document, sentences(), options(800, 100), limit).cut();

    assertThat(pieces).allSatisfy(piece -> assertThat(piece.tokens()).isLessThanOrEqualTo(256));
    assertThat(pieces.getLast().end()).isEqualTo(1_000);
  }

  @Test
  void aSentenceThatFitsIsNotCutForTheSakeOfTheOverlap() throws Exception {
    String sentence = "Each " + "word ".repeat(18) + "end.";
    CleanDocument document = clean(block((sentence + " ").repeat(6)));
    var limit = new Chunker.Limit(text -> text.split(" ", -1).length, 21);

    List<Piece> pieces = new Chunker(document, sentences(), options(800, 100), limit).cut();

    assertThat(texts(document, pieces)).hasSize(6).allMatch(chunk -> chunk.endsWith(sentence));
    assertThat(pieces.get(1).tokens()).isEqualTo(21);
  }

  @Test
  void neighboursShareCharactersWhereWordsHaveNoSpaces() throws Exception {
    CleanDocument document = clean(block("東京は日本の首都であり多くの人が住んでいる。".repeat(20)));

    List<Piece> pieces = cut(document, 100, 20);

    for (int i = 1; i < pieces.size(); i++) {
      assertThat(pieces.get(i - 1).end() - pieces.get(i).start()).isBetween(10, 20);
    }
  }

  @Test
  void pagesAreThoseOnWhichChunksBegin() throws Exception {
    var pages =
        List.of(
            new Page(1, List.of(block("First page text. ".repeat(10).strip()))),
            new Page(2, List.of()),
            new Page(3, List.of(block("Third page text. ".repeat(10).strip()))));
    CleanDocument document = TextCleaner.clean(parsed(pages));

    List<Piece> pieces = cut(document, 170, 0);

    assertThat(pieces).extracting(piece -> document.pageAt(piece.start())).containsExactly(1, 3);
  }

  static IntStream seeds() {
    return IntStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whateverTheTextChunksCoverItInOrderWithinTheirBounds(int seed) throws Exception {
    var random = new Random(seed);
    CleanDocument document = TextCleaner.clean(randomDocument(random));
    int size = 100 + random.nextInt(900);
    int overlap = random.nextInt(size / 2);
    int maxTokens = 20 + random.nextInt(400);
    var limit = new Chunker.Limit(ChunkerTest::tokens, maxTokens);

    List<Piece> pieces = new Chunker(document, sentences(), options(size, overlap), limit).cut();

    String text = document.text();
    int covered = 0;
    int lastStart = -1;
    for (Piece piece : pieces) {
      assertThat(piece.start()).isGreaterThan(lastStart);
      assertThat(piece.end()).isGreaterThan(covered);
      assertThat(piece.end() - piece.start()).isBetween(1, size);
      assertThat(text.substring(Math.min(covered, piece.start()), piece.start())).isBlank();
      assertThat(covered - piece.start()).isLessThanOrEqualTo(overlap);
      String chunk = text.substring(piece.start(), piece.end());
      assertThat(piece.tokens()).isEqualTo(tokens(chunk)).isLessThanOrEqualTo(maxTokens);
      assertThat(chunk).isEqualTo(chunk.strip());
      assertNoLoneSurrogate(chunk);
      assertEndsAtSentence(document, piece, size, maxTokens);
      if (lastStart >= 0) {
        var before = new Bounds(lastStart, covered, size, overlap, maxTokens);
        assertSharesAllItMay(document, piece, before);
      }
      covered = piece.end();
      lastStart = piece.start();
    }
    assertThat(text.substring(covered)).isBlank();
  }

  /** A chunk ends within a sentence only if that sentence doesn't fit into one by itself. */
  private static void assertEndsAtSentence(
      CleanDocument document, Piece piece, int size, int maxTokens) {
    for (var part : document.parts()) {
      for (var sentence : sentences().of(document.text(), part.start(), part.end())) {
        if (sentence.start() < piece.end() && piece.end() < sentence.end()) {
          String whole = document.text().substring(sentence.start(), sentence.end());
          assertThat(sentence.length() > size || tokens(whole) > maxTokens)
              .as("cut within <%s>", whole)
              .isTrue();
        }
      }
    }
  }

  private record Bounds(int lastStart, int lastEnd, int size, int overlap, int maxTokens) {}

  /**
   * No word more of the chunk before would fit: the overlap is as long as it was asked for. There
   * is none under a new heading, and where a sentence begins that is too long for a chunk.
   */
  private static void assertSharesAllItMay(CleanDocument document, Piece piece, Bounds bounds) {
    String text = document.text();
    int own = bounds.lastEnd();
    while (Character.isWhitespace(text.charAt(own))) {
      own++;
    }
    for (var part : document.parts()) {
      if (part.kind() == CleanDocument.Kind.HEADING && part.start() == own) {
        assertThat(piece.start()).isEqualTo(own);
        return;
      }
    }
    int end = endOfSentence(document, own);
    if (end > piece.end()) {
      return;
    }
    int earliest = Math.max(bounds.lastStart() + 1, bounds.lastEnd() - bounds.overlap());
    for (int at = earliest; at < Math.min(piece.start(), bounds.lastEnd()); at++) {
      boolean word =
          !Character.isWhitespace(text.charAt(at)) && Character.isWhitespace(text.charAt(at - 1));
      if (word) {
        String longer = text.substring(at, end);
        assertThat(longer.length() > bounds.size() || tokens(longer) > bounds.maxTokens())
            .as("could also share <%s>", longer)
            .isTrue();
      }
    }
  }

  private static int endOfSentence(CleanDocument document, int offset) {
    for (var part : document.parts()) {
      for (var sentence : sentences().of(document.text(), part.start(), part.end())) {
        if (sentence.start() <= offset && offset < sentence.end()) {
          return sentence.end();
        }
      }
    }
    throw new AssertionError("no sentence at " + offset);
  }

  private static void assertNoLoneSurrogate(String chunk) {
    assertThat(chunk.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF)).isTrue();
  }

  /** One for each started five characters, two at the ends. */
  private static int tokens(String text) {
    return 2 + (text.length() + 4) / 5;
  }

  private static ParsedDocument randomDocument(Random random) {
    List<Page> pages = new ArrayList<>();
    boolean numbered = random.nextBoolean();
    int count = 1 + random.nextInt(5);
    for (int page = 1; page <= count; page++) {
      List<Block> blocks = new ArrayList<>();
      for (int i = random.nextInt(8); i > 0; i--) {
        blocks.add(randomBlock(random));
      }
      pages.add(new Page(numbered ? page : null, blocks));
    }
    return parsed(pages);
  }

  private static Block randomBlock(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> new Block(Kind.HEADING, 1 + random.nextInt(6), randomText(random, 5));
      case 1 -> new Block(Kind.ROW, 0, "a | " + randomText(random, 8) + " | 17");
      default -> block(randomText(random, 1 + random.nextInt(250)));
    };
  }

  private static String randomText(Random random, int words) {
    String[] pieces = {
      "word",
      "Haus",
      "te",
      "Pō.",
      "End.",
      "why?",
      "語",
      "日本語。",
      "😀",
      "👨‍👩‍👧",
      "e\u0301",
      "\uD800",
      "\n",
      "\n\n",
      "\u0000",
      "long" + "-winded".repeat(30),
      "z. B.",
      "3.",
      "ﬁne-\nly",
      " | ",
      "\u00AD\n",
      "x".repeat(700)
    };
    var text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(pieces[random.nextInt(random.nextInt(10) == 0 ? pieces.length : 12)]);
      text.append(random.nextInt(12) == 0 ? "" : " ");
    }
    return text.toString();
  }

  private static Block block(String text) {
    return new Block(Kind.PARAGRAPH, 0, text);
  }

  private static CleanDocument clean(Block... blocks) throws InterruptedException {
    return TextCleaner.clean(parsed(List.of(new Page(null, List.of(blocks)))));
  }

  private static ParsedDocument parsed(List<Page> pages) {
    return new ParsedDocument("text/plain", null, null, null, null, null, 0, pages, List.of());
  }

  private static List<Piece> cut(CleanDocument document, int size, int overlap)
      throws InterruptedException {
    return new Chunker(document, sentences(), options(size, overlap), Chunker.NO_LIMIT).cut();
  }

  private static Sentences sentences() {
    return new Sentences(Locale.ENGLISH);
  }

  private static PipelineOptions options(int size, int overlap) {
    return new PipelineOptions(size, overlap, true, true);
  }

  private static List<String> texts(CleanDocument document, List<Piece> pieces) {
    return pieces.stream()
        .map(piece -> document.text().substring(piece.start(), piece.end()))
        .toList();
  }
}
