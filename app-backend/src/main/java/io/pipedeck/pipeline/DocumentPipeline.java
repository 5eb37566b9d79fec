package io.pipedeck.pipeline;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.embed.EmbedException;
import io.pipedeck.embed.Embedder;
import io.pipedeck.parse.ParseException;
import io.pipedeck.parse.ParsedDocument;
import io.pipedeck.parse.ParserPool;
import io.pipedeck.pipeline.Chunker.Piece;
import io.pipedeck.pipeline.PipelineOutput.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs documents through parse, clean, chunk, embed and summarise. For any number of threads, each
 * with one document. Keeps nothing between documents; pool and embedder belong to the caller.
 */
public final class DocumentPipeline {
  private final ParserPool parsers;
  private final Embedder embedder;

  public DocumentPipeline(ParserPool parsers, Embedder embedder) {
    this.parsers = parsers;
    this.embedder = embedder;
  }

  /**
   * Runs one document.
   *
   * @param listener called on this thread
   * @throws PipelineException if it can't be run, with the reason
   * @throws InterruptedException soon after this thread was interrupted; nothing of the document
   *     runs any more then
   */
  public PipelineOutput run(PipelineRequest request, ProgressListener listener)
      throws InterruptedException {
    var meter = new ProgressMeter(listener, request.options().embed());
    try {
      return new Run(request, meter).run();
    } catch (ParseException e) {
      throw new PipelineException(e.code(), e.getMessage(), e);
    } catch (EmbedException e) {
      throw new PipelineException(ErrorCode.EMBEDDING_UNAVAILABLE, e.getMessage(), e);
    }
  }

  /** One document on its way. */
  private final class Run {
    private final PipelineRequest request;
    private final ProgressMeter meter;

    Run(PipelineRequest request, ProgressMeter meter) {
      this.request = request;
      this.meter = meter;
    }

    PipelineOutput run() throws InterruptedException {
      ParsedDocument parsed = parse();
      CleanDocument clean = clean(parsed);
      @Nullable String language = Language.of(clean.text());
      var sentences = new Sentences(language == null ? Locale.ROOT : Locale.of(language));
      List<Piece> pieces = chunk(clean, sentences);
      List<float[]> vectors = embed(clean, pieces);
      String summary = summarise(clean, sentences, language, vectors);
      boolean embeds = request.options().embed();
      return new PipelineOutput(
          parsed.mediaType(),
          parsed.pageCount(),
          clean.words(),
          language,
          parsed.title(),
          parsed.author(),
          parsed.created(),
          parsed.modified(),
          embeds ? embedder.model() : null,
          embeds ? vectors.getFirst().length : 0,
          chunks(clean, pieces, vectors),
          summary,
          warnings(parsed, language),
          meter.timings());
    }

    private ParsedDocument parse() throws InterruptedException {
      meter.begin(Stage.PARSE);
      ParsedDocument parsed =
          parsers.parse(
              request.document(),
              request.filename(),
              request.password(),
              request.options().ocr(),
              (page, of) -> meter.at(page, of, "page " + page + (of > 0 ? " of " + of : "")));
      meter.end();
      return parsed;
    }

    private CleanDocument clean(ParsedDocument parsed) throws InterruptedException {
      meter.begin(Stage.CLEAN);
      CleanDocument clean = TextCleaner.clean(parsed);
      if (clean.text().isBlank()) {
        throw new PipelineException(
            ErrorCode.NO_TEXT, "No text was found in “" + request.filename() + "”.");
      }
      meter.end();
      return clean;
    }

    private List<Piece> chunk(CleanDocument clean, Sentences sentences)
        throws InterruptedException {
      meter.begin(Stage.CHUNK);
      Chunker.Limit limit =
          request.options().embed()
              ? new Chunker.Limit(embedder::countTokens, embedder.maxTokens())
              : Chunker.NO_LIMIT;
      List<Piece> pieces = new Chunker(clean, sentences, request.options(), limit).cut();
      meter.end();
      return pieces;
    }

    private List<float[]> embed(CleanDocument clean, List<Piece> pieces)
        throws InterruptedException {
      meter.begin(Stage.EMBED);
      List<float[]> vectors =
          request.options().embed()
              ? embedder.embed(
                  pieces.stream().map(piece -> text(clean, piece)).toList(),
                  (done, of) -> meter.at(done, of, "chunk " + done + " of " + of))
              : List.of();
      meter.end();
      return vectors;
    }

    private String summarise(
        CleanDocument clean, Sentences sentences, @Nullable String language, List<float[]> vectors)
        throws InterruptedException {
      meter.begin(Stage.SUMMARISE);
      var terms = new TermScores(language);
      Summariser.Scorer fine = vectors.isEmpty() ? terms : new CentroidScores(embedder, vectors);
      String summary = new Summariser(clean, sentences).summarise(terms, fine);
      meter.end();
      return summary;
    }

    private List<Chunk> chunks(CleanDocument clean, List<Piece> pieces, List<float[]> vectors) {
      List<Chunk> chunks = new ArrayList<>(pieces.size());
      for (Piece piece : pieces) {
        int ordinal = chunks.size();
        chunks.add(
            new Chunk(
                ordinal,
                clean.pageAt(piece.start()),
                piece.start(),
                piece.end(),
                piece.heading(),
                text(clean, piece),
                piece.tokens(),
                vectors.isEmpty() ? null : vectors.get(ordinal)));
      }
      return List.copyOf(chunks);
    }

    private List<String> warnings(ParsedDocument parsed, @Nullable String language) {
      List<String> warnings = new ArrayList<>(parsed.warnings());
      if (request.options().embed()
          && embedder.englishOnly()
          && language != null
          && !language.equals("en")) {
        String name = Locale.of(language).getDisplayLanguage(Locale.ENGLISH);
        warnings.add(
            "The text is in "
                + name
                + "; the embedding model knows English best, so search by meaning may miss parts");
      }
      return List.copyOf(warnings);
    }

    private static String text(CleanDocument clean, Piece piece) {
      return clean.text().substring(piece.start(), piece.end());
    }
  }
}
