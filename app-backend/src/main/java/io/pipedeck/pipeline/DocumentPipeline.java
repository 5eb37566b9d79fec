package io.pipedeck.pipeline;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.embed.ChatModel;
import io.pipedeck.embed.EmbedException;
import io.pipedeck.embed.Embedder;
import io.pipedeck.parse.ParseException;
import io.pipedeck.parse.ParserPool;
import org.jspecify.annotations.Nullable;

/**
 * Runs documents through parse, clean, chunk, embed and summarise. For any number of threads, each
 * with one document. Keeps nothing between documents; pool and models belong to the caller.
 */
public final class DocumentPipeline {
  private final ParserPool parsers;
  private final Embedder embedder;
  private final @Nullable ChatModel chat;

  /** With summaries made of the document's own sentences. */
  public DocumentPipeline(ParserPool parsers, Embedder embedder) {
    this(parsers, embedder, null);
  }

  /**
   * The pipeline over these.
   *
   * @param chat writes the summaries; null for sentences of the document itself
   */
  public DocumentPipeline(ParserPool parsers, Embedder embedder, @Nullable ChatModel chat) {
    this.parsers = parsers;
    this.embedder = embedder;
    this.chat = chat;
  }

  /** Runs one document and keeps no outputs of its stages. */
  public PipelineOutput run(PipelineRequest request, ProgressListener listener)
      throws InterruptedException {
    return run(request, StageOutputs.NONE, listener);
  }

  /**
   * Runs one document, from the first stage on whose output is not kept.
   *
   * @param outputs where the outputs of its stages are kept
   * @param listener called on this thread
   * @throws PipelineException if it can't be run, with the reason
   * @throws InterruptedException soon after this thread was interrupted; nothing of the document
   *     runs any more then
   */
  public PipelineOutput run(
      PipelineRequest request, StageOutputs outputs, ProgressListener listener)
      throws InterruptedException {
    var meter = new ProgressMeter(listener, request.options().embed());
    var kept = new KeptOutputs(outputs, request.options());
    try {
      return new PipelineRun(new PipelineRun.Parts(parsers, embedder, chat), request, kept, meter)
          .run();
    } catch (ParseException e) {
      throw new PipelineException(e.code(), e.getMessage(), e);
    } catch (EmbedException e) {
      throw new PipelineException(ErrorCode.EMBEDDING_UNAVAILABLE, e.getMessage(), e);
    }
  }
}
