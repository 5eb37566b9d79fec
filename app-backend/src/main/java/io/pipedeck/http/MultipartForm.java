package io.pipedeck.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.commons.fileupload2.core.AbstractFileUpload;
import org.apache.commons.fileupload2.core.DiskFileItem;
import org.apache.commons.fileupload2.core.DiskFileItemFactory;
import org.apache.commons.fileupload2.core.FileItemInputIterator;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.RequestContext;

/**
 * The parts of a {@code multipart/form-data} request (RFC 7578), streamed: nothing is kept in
 * memory or on a disk.
 */
final class MultipartForm {
  private static final int HEADER_BYTES = 16 * 1024;

  private MultipartForm() {}

  static boolean isOne(ServerRequest request) {
    return AbstractFileUpload.isMultipartContent(new Context(request));
  }

  static FileItemInputIterator parts(ServerRequest request) throws IOException {
    return new Reader().getItemIterator(new Context(request));
  }

  private static final class Reader
      extends AbstractFileUpload<RequestContext, DiskFileItem, DiskFileItemFactory> {
    Reader() {
      setHeaderCharset(StandardCharsets.UTF_8);
      setMaxPartHeaderSize(HEADER_BYTES);
    }

    @Override
    public FileItemInputIterator getItemIterator(RequestContext request) throws IOException {
      return super.getItemIterator(request);
    }

    @Override
    public Map<String, List<DiskFileItem>> parseParameterMap(RequestContext request)
        throws FileUploadException {
      return super.parseParameterMap(request);
    }

    @Override
    public List<DiskFileItem> parseRequest(RequestContext request) throws FileUploadException {
      return super.parseRequest(request);
    }
  }

  private record Context(ServerRequest request) implements RequestContext {
    @Override
    public String getCharacterEncoding() {
      return "UTF-8";
    }

    @Override
    public long getContentLength() {
      return request.headers().contentLength().orElse(-1);
    }

    @Override
    public String getContentType() {
      return request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    }

    @Override
    public InputStream getInputStream() {
      return request.content().inputStream();
    }

    @Override
    public boolean isMultipartRelated() {
      return false;
    }
  }
}
