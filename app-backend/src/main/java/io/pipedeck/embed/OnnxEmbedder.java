package io.pipedeck.embed;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model in this process, loaded at first use. One text is one run of one thread; as many run at a
 * time as there are cores, and the texts of several callers take turns.
 */
final class OnnxEmbedder implements Embedder {
  private static final Logger LOG = LoggerFactory.getLogger(OnnxEmbedder.class);
  private static final int CLOSE_WITHIN_SECONDS = 10;

  private final ModelFiles files;
  private final int callers;
  private final ExecutorService threads;
  private @Nullable OnnxModel loaded;
  private boolean closed;

  OnnxEmbedder(ModelFiles files, int callers) {
    this.files = files;
    this.callers = callers;
    this.threads =
        Executors.newFixedThreadPool(
            callers, Thread.ofPlatform().daemon().name("embed-", 1).factory());
  }

  @Override
  public List<float[]> embed(List<String> texts, EmbedProgress progress)
      throws InterruptedException {
    OnnxModel model = loaded();
    float[][] vectors = new float[texts.size()][];
    CompletionService<Integer> runs = new ExecutorCompletionService<>(threads);
    int submitted = 0;
    for (int done = 0; done < vectors.length; ) {
      // A few ahead of the threads, not all: a small document need not wait for a big one.
      for (; submitted < vectors.length && submitted - done < 2 * callers; submitted++) {
        submit(runs, model, texts.get(submitted), vectors, submitted);
      }
      await(runs.take());
      progress.done(++done, vectors.length);
    }
    return Arrays.asList(vectors);
  }

  private static void submit(
      CompletionService<Integer> runs, OnnxModel model, String text, float[][] vectors, int at) {
    var _ =
        runs.submit(
            () -> {
              vectors[at] = model.run(text);
              return at;
            });
  }

  private static void await(Future<Integer> run) throws InterruptedException {
    try {
      run.get();
    } catch (ExecutionException e) {
      throw new EmbedException("The embedding model failed on a text", e);
    }
  }

  /** About a second's work of two cores; threads idle only at the end of it. */
  @Override
  public int textsPerCall() {
    return 128;
  }

  @Override
  public int countTokens(String text) {
    return loaded().countTokens(text);
  }

  @Override
  public int maxTokens() {
    return loaded().maxTokens();
  }

  @Override
  public String model() {
    return loaded().name();
  }

  @Override
  public int dimensions() {
    return loaded().dimensions();
  }

  @Override
  public boolean englishOnly() {
    return files.englishOnly();
  }

  private synchronized OnnxModel loaded() {
    if (closed) {
      throw new EmbedException("The embedding model is closed");
    }
    if (loaded == null) {
      loaded = load();
    }
    return loaded;
  }

  private OnnxModel load() {
    try {
      long start = System.nanoTime();
      OnnxModel model = OnnxModel.load(files);
      LOG.info(
          "Embedding model {} loaded in {} ms",
          files.name(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
      return model;
    } catch (IOException | OrtException | RuntimeException | LinkageError e) {
      throw new EmbedException(
          "The embedding model "
              + files.name()
              + " can't be loaded on this machine. Set OPENAI_API_KEY to use an endpoint, or"
              + " EMBED_MODEL_DIR to a folder with model.onnx and tokenizer.json.",
          e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      // The native session must not go away under a run.
      if (threads.awaitTermination(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS)) {
        closeModel();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void closeModel() {
    closed = true;
    try (@Nullable OnnxModel _ = loaded) {
      loaded = null;
    } catch (OrtException e) {
      LOG.warn("Embedding model not closed", e);
    }
  }
}
