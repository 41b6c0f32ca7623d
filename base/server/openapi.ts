import { z } from 'zod'
import type { Api, Endpoint } from '../common/api.ts'

const FAULT = {
  type: 'object',
  required: ['code', 'message', 'requestId'],
  properties: { code: { type: 'string' }, message: { type: 'string' }, requestId: { type: 'string' } },
} as const

const jsonSchema = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...body } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    target: 'draft-2020-12',
  })
  return body as Record<string, unknown>
}

function parameters(schema: z.ZodType) {
  const { properties = {}, required = [] } = jsonSchema(schema, 'input') as {
    properties?: Record<string, unknown>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: property,
  }))
}

/** Left out where a session and a token are both good. */
function securityOf(name: string, { allow, peopleOnly, stepUp }: Endpoint) {
  if (allow === 'anyone') return { security: [] }
  return peopleOnly || stepUp || name.startsWith('auth.') ? { security: [{ session: [] }] } : {}
}

function operation(name: string, endpoint: Endpoint) {
  const roles = endpoint.allow === 'anyone' ? 'anyone' : endpoint.allow.join(', ')
  const answer =
    endpoint.kind === 'redirect'
      ? {
          description: `See Other. A refusal leads to ${endpoint.refusedTo}, with its code as \`refused\`.`,
          headers: { Location: { schema: { type: 'string' } } },
        }
      : endpoint.kind === 'download'
        ? {
            description: 'The bytes.',
            content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
          }
        : {
            description: 'The answer.',
            content: {
              'application/json': { schema: jsonSchema((endpoint as { out: z.ZodType }).out, 'output') },
            },
          }
  return {
    operationId: name,
    tags: [name.split('.')[0]],
    summary: endpoint.about,
    description: `Allowed: ${roles}.`,
    ...securityOf(name, endpoint),
    ...(endpoint.kind === 'command' && endpoint.upload
      ? {
          parameters: parameters(endpoint.in),
          requestBody: {
            required: true,
            content: { [endpoint.upload.type]: { schema: { type: 'string', format: 'binary' } } },
          },
        }
      : endpoint.kind === 'command'
        ? {
            requestBody: {
              required: true,
              content: { 'application/json': { schema: jsonSchema(endpoint.in, 'input') } },
            },
          }
        : { parameters: parameters(endpoint.in) }),
    responses: {
      [endpoint.kind === 'redirect' ? '303' : '200']: answer,
      default: {
        description: 'Refused, with one sentence that says why.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Fault' } } },
      },
    },
  }
}

/** OpenAPI 3.1 of everything reachable by plain HTTP, from the same tables that serve it. Channels are listed by name. */
export function openApiDocument(apis: readonly Api[], version: string) {
  const endpoints = apis.flatMap((api) => Object.entries(api)).sort(([a], [b]) => (a < b ? -1 : 1))
  const paths = Object.fromEntries(
    endpoints
      .filter(([, endpoint]) => endpoint.kind !== 'channel' && endpoint.kind !== 'socket')
      .map(([name, endpoint]) => [
        `/api/${name}`,
        { [endpoint.kind === 'command' ? 'post' : 'get']: operation(name, endpoint) },
      ]),
  )
  const sockets = endpoints
    .filter(([, endpoint]) => endpoint.kind === 'socket')
    .map(([name, endpoint]) => ({
      name,
      about: endpoint.about,
      input: jsonSchema(endpoint.in, 'input'),
    }))
  const channels = endpoints
    .filter(([, endpoint]) => endpoint.kind === 'channel')
    .map(([name, endpoint]) => ({
      name,
      about: endpoint.about,
      input: jsonSchema(endpoint.in, 'input'),
      message: jsonSchema((endpoint as { out: z.ZodType }).out, 'output'),
    }))
  return {
    openapi: '3.1.0',
    info: {
      title: 'Annals',
      version,
      description:
        'Queries are GET with parameters, commands are POST with a JSON body. Channels are subscribed to over the WebSocket /api/live; see x-channels. Addresses that are WebSockets of their own are in x-sockets.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ session: [] }, { token: [] }],
    paths,
    components: {
      schemas: { Fault: FAULT },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'annals' },
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'annals_pat_… or annals_svc_…' },
      },
    },
    'x-channels': channels,
    'x-sockets': sockets,
  }
}
