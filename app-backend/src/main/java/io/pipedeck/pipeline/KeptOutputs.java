package io.pipedeck.pipeline;

import io.pipedeck.parse.ParsedDocument;
import io.pipedeck.pipeline.Chunker.Piece;
import io.pipedeck.pipeline.StageOutputs.OutputKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outputs of one document's stages by their types. What came after the clean text is kept under
 * a digest of it, so that chunks and vectors are never taken for another text than theirs.
 */
final class KeptOutputs {
  private static final Logger LOG = LoggerFactory.getLogger(KeptOutputs.class);

  private final StageOutputs outputs;
  private final PipelineOptions options;

  /** Of the one clean text there is; taken once, for a long text takes a while. */
  private @Nullable String digest;

  KeptOutputs(StageOutputs outputs, PipelineOptions options) {
    this.outputs = outputs;
    this.options = options;
  }

  private record Pieces(List<Piece> pieces) {}

  private record Summary(String text) {}

  Optional<ParsedDocument> parsed() {
    return find(reading(Stage.PARSE, true), ParsedDocument.class);
  }

  void keepParsed(ParsedDocument parsed) {
    keep(reading(Stage.PARSE, parsed.warnings().isEmpty()), parsed);
  }

  Optional<Cleaned> cleaned() {
    return find(reading(Stage.CLEAN, true), Cleaned.class);
  }

  void keepCleaned(Cleaned cleaned) {
    keep(reading(Stage.CLEAN, cleaned.facts().warnings().isEmpty()), cleaned);
  }

  /** What was read with gaps may be read better by another job, after Tesseract was installed. */
  private OutputKey reading(Stage stage, boolean whole) {
    return new OutputKey(stage, "ocr=" + options.ocr(), whole);
  }

  Optional<List<Piece>> pieces(CleanDocument clean, String limit) {
    return find(cutting(clean, limit), Pieces.class).map(Pieces::pieces);
  }

  void keepPieces(CleanDocument clean, String limit, List<Piece> pieces) {
    keep(cutting(clean, limit), new Pieces(pieces));
  }

  private OutputKey cutting(CleanDocument clean, String limit) {
    String variant =
        "text=%s,size=%d,overlap=%d,limit=%s"
            .formatted(digestOf(clean), options.chunkSize(), options.chunkOverlap(), limit);
    return new OutputKey(Stage.CHUNK, variant, true);
  }

  /**
   * The vectors of the first chunks.
   *
   * @param model of the vectors
   * @param perPart how many stand in a part
   */
  List<float[]> vectors(List<Piece> pieces, CleanDocument clean, String model, int perPart) {
    List<float[]> vectors = new ArrayList<>(pieces.size());
    for (byte[] part : outputs.find(embedding(clean, model, perPart))) {
      List<float[]> next = OutputCodec.unpackVectors(part);
      int wanted = Math.min(perPart, pieces.size() - vectors.size());
      if (next.size() != wanted || !isOfLength(vectors, next)) {
        break;
      }
      vectors.addAll(next);
    }
    return vectors;
  }

  private static boolean isOfLength(List<float[]> vectors, List<float[]> next) {
    return vectors.isEmpty()
        || next.isEmpty()
        || vectors.getFirst().length == next.getFirst().length;
  }

  void keepVectors(
      CleanDocument clean, String model, int perPart, int part, List<float[]> vectors) {
    outputs.keep(embedding(clean, model, perPart), part, OutputCodec.packVectors(vectors));
  }

  private OutputKey embedding(CleanDocument clean, String model, int perPart) {
    String variant = cutting(clean, model).variant() + ",part=" + perPart;
    return new OutputKey(Stage.EMBED, variant, true);
  }

  Optional<String> summary(CleanDocument clean, String by) {
    return find(summarising(clean, by), Summary.class).map(Summary::text);
  }

  void keepSummary(CleanDocument clean, String by, String summary) {
    keep(summarising(clean, by), new Summary(summary));
  }

  private OutputKey summarising(CleanDocument clean, String by) {
    return new OutputKey(Stage.SUMMARISE, cutting(clean, by).variant(), true);
  }

  private void keep(OutputKey key, Object output) {
    outputs.keep(key, 0, OutputCodec.pack(output));
  }

  private <T> Optional<T> find(OutputKey key, Class<T> type) {
    List<byte[]> parts = outputs.find(key);
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(OutputCodec.unpack(parts.getFirst(), type));
    } catch (IOException e) {
      LOG.warn("A kept output of {} can't be read; the stage runs again", key.stage(), e);
      return Optional.empty();
    }
  }

  private String digestOf(CleanDocument clean) {
    String known = digest;
    if (known == null) {
      known = sha256(clean.text());
      digest = known;
    }
    return known;
  }

  private static String sha256(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      // In pieces: the bytes of a long text needn't stand in memory beside it.
      for (int at = 0; at < text.length(); at += DIGEST_CHARS) {
        String piece = text.substring(at, Math.min(text.length(), at + DIGEST_CHARS));
        sha256.update(piece.getBytes(StandardCharsets.UTF_16BE));
      }
      return HexFormat.of().formatHex(sha256.digest(), 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static final int DIGEST_CHARS = 64 * 1024;
}
