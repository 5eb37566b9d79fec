package io.pipedeck.pipeline;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.embed.ChatModel;
import io.pipedeck.embed.Embedder;
import io.pipedeck.parse.ParsedDocument;
import io.pipedeck.parse.ParserPool;
import io.pipedeck.pipeline.Chunker.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One document on its way: each stage is run, or its output taken from an earlier run. */
final class PipelineRun {
  private final Parts parts;
  private final PipelineRequest request;
  private final KeptOutputs kept;
  private final ProgressMeter meter;
  private final List<String> warnings = new ArrayList<>();

  /** What the stages work with. */
  record Parts(ParserPool parsers, Embedder embedder, @Nullable ChatModel chat) {}

  PipelineRun(Parts parts, PipelineRequest request, KeptOutputs kept, ProgressMeter meter) {
    this.parts = parts;
    this.request = request;
    this.kept = kept;
    this.meter = meter;
  }

  PipelineOutput run() throws InterruptedException {
    Cleaned cleaned = cleaned();
    CleanDocument clean = cleaned.document();
    var sentences = new Sentences(locale(cleaned));
    List<Piece> pieces = pieces(clean, sentences);
    var embedding = new EmbedStage(parts.embedder(), kept, meter);
    boolean embeds = request.options().embed();
    List<float[]> vectors = embeds ? embedding.run(clean, pieces) : embedding.skip();
    warnings.addAll(cleaned.facts().warnings());
    languageWarning(cleaned.language());
    String summary =
        new SummaryStage(parts.embedder(), parts.chat(), kept, meter)
            .run(cleaned, sentences, vectors, warnings);
    return new PipelineOutput(
        cleaned.facts().mediaType(),
        cleaned.facts().pageCount(),
        clean.words(),
        cleaned.language(),
        cleaned.facts().title(),
        cleaned.facts().author(),
        cleaned.facts().created(),
        cleaned.facts().modified(),
        embeds ? parts.embedder().model() : null,
        embeds ? vectors.getFirst().length : 0,
        new ChunkList(clean, pieces, vectors),
        summary,
        List.copyOf(warnings),
        meter.timings());
  }

  private static Locale locale(Cleaned cleaned) {
    String language = cleaned.language();
    return language == null ? Locale.ROOT : Locale.of(language);
  }

  private Cleaned cleaned() throws InterruptedException {
    meter.look();
    Optional<Cleaned> before = kept.cleaned();
    if (before.isPresent()) {
      meter.reused(Stage.PARSE);
      meter.reused(Stage.CLEAN);
      return before.get();
    }
    return clean(parsed());
  }

  private ParsedDocument parsed() throws InterruptedException {
    Optional<ParsedDocument> before = kept.parsed();
    if (before.isPresent()) {
      meter.reused(Stage.PARSE);
      return before.get();
    }
    meter.begin(Stage.PARSE);
    ParsedDocument parsed =
        parts
            .parsers()
            .parse(
                request.document(),
                request.filename(),
                request.password(),
                request.options().ocr(),
                (page, of) -> meter.at(page, of, "page " + page + (of > 0 ? " of " + of : "")));
    kept.keepParsed(parsed);
    meter.end();
    return parsed;
  }

  private Cleaned clean(ParsedDocument parsed) throws InterruptedException {
    meter.begin(Stage.CLEAN);
    CleanDocument clean = TextCleaner.clean(parsed);
    if (clean.text().isBlank()) {
      throw new PipelineException(
          ErrorCode.NO_TEXT, "No text was found in “" + request.filename() + "”.");
    }
    var cleaned = new Cleaned(parsed.withoutPages(), Language.of(clean.text()), clean);
    kept.keepCleaned(cleaned);
    meter.end();
    return cleaned;
  }

  private List<Piece> pieces(CleanDocument clean, Sentences sentences) throws InterruptedException {
    boolean embeds = request.options().embed();
    String limitName = embeds ? parts.embedder().model() : "none";
    meter.look();
    Optional<List<Piece>> before = kept.pieces(clean, limitName);
    if (before.isPresent()) {
      meter.reused(Stage.CHUNK);
      return before.get();
    }
    meter.begin(Stage.CHUNK);
    Chunker.Limit limit =
        embeds
            ? new Chunker.Limit(parts.embedder()::countTokens, parts.embedder().maxTokens())
            : Chunker.NO_LIMIT;
    List<Piece> pieces = new Chunker(clean, sentences, request.options(), limit).cut();
    kept.keepPieces(clean, limitName, pieces);
    meter.end();
    return pieces;
  }

  private void languageWarning(@Nullable String language) {
    if (request.options().embed()
        && parts.embedder().englishOnly()
        && language != null
        && !language.equals("en")) {
      String name = Locale.of(language).getDisplayLanguage(Locale.ENGLISH);
      warnings.add(
          "The text is in "
              + name
              + "; the embedding model knows English best, so search by meaning may miss parts");
    }
  }
}
