package io.pipedeck.pipeline;

/**
 * What a caller may choose for one document.
 *
 * @param chunkSize most characters of a chunk, 100 to 8,000
 * @param chunkOverlap characters that neighbours share, less than half of {@code chunkSize}
 * @param ocr whether pages without text may be read by OCR where it is installed
 * @param embed whether chunks get vectors
 */
public record PipelineOptions(int chunkSize, int chunkOverlap, boolean ocr, boolean embed) {
  /** 800 characters with 100 overlap, OCR and vectors on. */
  public static final PipelineOptions DEFAULT = new PipelineOptions(800, 100, true, true);

  public PipelineOptions {
    if (chunkSize < 100 || chunkSize > 8_000) {
      throw new IllegalArgumentException("chunk_size must be 100 to 8000, not " + chunkSize);
    }
    if (chunkOverlap < 0 || chunkOverlap * 2 >= chunkSize) {
      throw new IllegalArgumentException(
          "chunk_overlap must be 0 to less than half of chunk_size, not " + chunkOverlap);
    }
  }
}
