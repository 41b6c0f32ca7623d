import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findInlineCredential } from './inline-credential.ts'

/** Made of pieces, so that no scanner takes this file for a leak. */
const long = 'Ab3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3hJ6'

test.each([
  'mysql -uroot -phunter2 shop',
  'mysqldump --user=root --password=hunter2 shop',
  'mysqldump --password hunter2 shop',
  '/usr/bin/mysql -u root -p"hunter2" shop',
  'PGPASSWORD=hunter2 psql -h db -U app',
  'export DB_PASSWORD="hunter2"; ./migrate',
  'env API_TOKEN=hunter2 ./deploy',
  'AWS_SECRET_ACCESS_KEY=hunter2hunter2 aws s3 ls',
  `aws configure set aws_access_key_id AKIA${'Q'.repeat(16)}`,
  'sshpass -p hunter2 ssh root@db',
  'sshpass -phunter2 ssh root@db',
  'curl -u admin:hunter2 https://internal/api',
  'curl --user admin:hunter2 https://internal/api',
  'curl -s https://admin:hunter2@internal/api',
  'git clone https://mina:hunter2@git.example/repo.git',
  'psql postgres://app:hunter2@db/shop -c "select 1"',
  "curl -H 'Authorization: Bearer abcdef0123456789' https://internal",
  'curl -H "X-Api-Key: abcdef0123456789" https://internal',
  'redis-cli -h cache -a hunter2 info',
  'ldapsearch -D cn=admin -w hunter2 -b dc=example',
  'docker login -u mina -p hunter2 registry.example',
  'smbclient //nas/share -U mina%hunter2',
  'openssl enc -aes-256-cbc -pass pass:hunter2 -in a -out b',
  'htpasswd -b /etc/nginx/users mina hunter2',
  'helm upgrade app ./chart --set db.password=hunter2',
  './run --client-secret=hunter2',
  `bash -c "PGPASSWORD=hunter2 psql -h db"`,
  `sudo sh -c 'mysql -uroot -phunter2 < dump.sql'`,
  './run --api-key hunter2',
  `gh auth login --with-token <<< ghp_${long}`,
  `echo glpat-${long} > t`,
  `slack-notify xoxb-${'1234567890'}-abcdefghij`,
  `echo '-----BEGIN OPENSSH PRIVATE${' '}KEY-----' > id`,
  `npm run agent -- --url https://a --token annals_enrol_${long}`,
])('is refused: %s', (line) => {
  const found = findInlineCredential(line)
  expect(found).toBeDefined()
  expect(found, 'the words do not repeat the secret').not.toMatch(/hunter2/)
})

test.each([
  'ls -la /etc',
  'mysql -uroot -p shop',
  'mysql --defaults-file=/root/.my.cnf -e "select 1"',
  'mysqldump --password=$DB_PASSWORD shop',
  'PGPASSWORD="$PGPASSWORD" psql -h db',
  'PGPASSWORD=$(pass show db) psql',
  `export TOKEN=$${'{TOKEN}'}`,
  'curl -u "$USER:$PASS" https://internal',
  'curl -u admin https://internal',
  'curl -H "Authorization: Bearer $TOKEN" https://internal',
  'curl https://internal:8443/api?token',
  'git clone git@git.example:repo.git',
  'git clone ssh://git@git.example/repo.git',
  'ssh -p 2222 mina@web-01',
  'docker run -p 8080:80 nginx',
  'docker run -d -p 8080 nginx',
  'podman exec -it app ps -p 1',
  'mkdir -p /srv/app/releases',
  'psql -p 5432 -c "select token from sessions"',
  './run --password-file /etc/secret',
  './run --token-file=/run/token',
  'DB_PASSWORD_FILE=/run/secrets/db ./migrate',
  'passwd mina',
  'grep -r password /etc/app',
  'systemctl restart token-service',
  'kubectl get secret app -o yaml',
  'vault token lookup',
  'openssl enc -pass file:/root/pw -in a',
  'openssl x509 -in cert.pem -noout -text',
  'redis-cli -h cache info',
  'echo "the password is not here"',
  'tar -p -xf a.tar',
  'rsync -a --password-file=/etc/rsync.pw src dst',
  'id; echo out; echo err >&2; exit 3',
  'make PREFIX=/usr install',
  'ansible-playbook --ask-pass site.yml',
  'SSH_AUTH_SOCK=/tmp/agent ssh-add -l',
])('is let through: %s', (line) => {
  expect(findInlineCredential(line)).toBeUndefined()
})

test('the shell takes no difference between quoted and bare, so neither does this', () => {
  for (const quoted of [
    "--password='hunter2'",
    '--password="hunter2"',
    '"--password=hunter2"',
    '--pass\\word=hunter2',
    "'--password' 'hunter2'",
  ])
    expect(findInlineCredential(`./run ${quoted}`), quoted).toBeDefined()
})

test('no line is too strange to look at, and the longest takes no more than its length', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (line) => {
      findInlineCredential(line)
    }),
  )
  for (const piece of [
    'a://',
    'http://a:',
    '--password ',
    'mysql -p ',
    '"',
    "\\'",
    'eyJaaaaaaaaaaa.',
    'authorization: ',
    '$((',
    '-',
  ])
    findInlineCredential(piece.repeat(Math.floor(65_536 / piece.length)))
})
