package io.pipedeck.embed;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * A model's tokenizer, asked for its numbers only: the library's own call also makes a text and a
 * place of each token, which takes longer than the tokenising. Safe for all threads.
 */
final class Tokenizer implements AutoCloseable {
  private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

  private final HuggingFaceTokenizer tokenizer;

  private Tokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  static Tokenizer of(ModelFiles files) throws IOException {
    try (InputStream in = files.tokenizer()) {
      // The file of the bundled model asks for all texts to be cut or padded to 128 tokens.
      return new Tokenizer(
          HuggingFaceTokenizer.newInstance(
              in, Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true")));
    }
  }

  /** What a model takes; one number for each token. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tokens(long[] ids, long[] attentionMask, long[] typeIds) {}

  /** The tokens of a text, the marks at its ends included. */
  Tokens tokens(String text) {
    return with(
        text,
        encoding ->
            new Tokens(
                LIBRARY.getTokenIds(encoding),
                LIBRARY.getAttentionMask(encoding),
                LIBRARY.getTypeIds(encoding)));
  }

  /** How many tokens a text has. */
  int count(String text) {
    return with(text, encoding -> LIBRARY.getTokenIds(encoding).length);
  }

  private <T> T with(String text, LongFunction<T> read) {
    long encoding = LIBRARY.encode(tokenizer.getHandle(), text, true);
    try {
      return read.apply(encoding);
    } finally {
      LIBRARY.deleteEncoding(encoding);
    }
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
